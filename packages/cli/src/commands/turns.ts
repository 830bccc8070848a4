import { Args, Flags } from '@oclif/core'
import { jsonFlag } from '../json-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'

type Turn = { start_ms: number; end_ms: number; ended_ms: number; voiced_ms: number }

export default class Turns extends PortariaCommand {
  static override summary = 'Show what voice detector and endpointer make of recordings'
  static override description =
    'Reads WAV files (16-bit PCM) and tells when speech was noticed and when each turn ended.\n' +
    'Times are ms from the beginning of the file.'
  static override examples = ['<%= config.bin %> <%= command.id %> recording.wav --silence 350']
  static override strict = false
  static override usage = 'turns FILE.wav... [--json] [--silence MS]'
  static override args = { file: Args.string({ description: 'WAV file', required: true }) }
  static override flags = {
    json: jsonFlag(),
    silence: Flags.integer({
      description: 'silence that ends a turn, in ms',
      helpValue: 'MS',
      default: 700,
      min: 100,
      max: 10_000,
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Turns)
    const [{ readSound }, { findTurns }, { loadVoiceDetector }] = await Promise.all([
      import('../call/prepare-sounds.ts'),
      import('@portaria/core/audio/turns'),
      import('@portaria/core/audio/voice-detector'),
    ])
    const detector = await loadVoiceDetector()
    const files = []
    for (const file of argv.map(String)) {
      const { rate, samples } = await readSound(file)
      const found = findTurns(samples, rate, { detector, silenceMs: flags.silence })
      const duration_ms = Math.round((samples.length / rate) * 1_000)
      files.push({ file, duration_ms, ...found })
    }
    if (flags.json) this.printJson({ files })
    else for (const each of files) this.show(each)
  }

  private show(o: { file: string; duration_ms: number; turns: readonly Turn[] }): void {
    this.print(`${o.file}: ${o.duration_ms} ms, ${o.turns.length} turn(s)`)
    for (const turn of o.turns) {
      const { start_ms, end_ms, ended_ms, voiced_ms } = turn
      this.print(
        `  speech ${start_ms} to ${end_ms} ms (${voiced_ms} ms voiced), ended at ${ended_ms} ms`,
      )
    }
  }
}
