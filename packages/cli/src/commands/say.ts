import { Args, Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { jsonFlag } from '../json-flag.ts'
import { optionalLanguageFlag } from '../optional-language-flag.ts'
import { calledWith, pluginFlags } from '../plugin-flags.ts'
import { PortariaCommand } from '../portaria-command.ts'
import { printable } from '../printable.ts'
import { untilInterrupted } from '../until-interrupted.ts'

const rates = ['8000', '11025', '12000', '16000', '22050', '24000', '32000', '44100', '48000']

export default class Say extends PortariaCommand {
  static override summary = 'Have the doorman’s voice say a text, into a WAV file'
  static override description = [
    'The same way as on a call: sentence by sentence, through the voices of the configuration, of which the next goes',
    'on where one fails (that is said). Voices are asked for the 8 or 16 kHz of calls; other rates are made of that.',
    '',
    'Exit code 0: spoken, 1: the voice fails, maybe only now, 2: usage, configuration, key or voice is wrong, 130: Ctrl-C.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Bom dia, para qual apartamento?" --out hello.wav',
    '<%= config.bin %> <%= command.id %> "Good morning" --lang en --rate 16000 --out - | aplay',
    '<%= config.bin %> <%= command.id %> "Oi" --tts azure --voice pt-BR-FranciscaNeural --out oi.wav',
  ]
  static override args = { text: Args.string({ description: 'what to say', required: true }) }
  static override flags = {
    out: Flags.string({
      description: 'where to; - is standard output',
      helpValue: 'FILE.wav',
      required: true,
    }),
    tts: Flags.string({ description: 'this voice alone, chosen or not', helpValue: 'NAME' }),
    voice: Flags.string({ description: "the provider's name of a voice", helpValue: 'VOICE' }),
    style: Flags.string({ description: 'style of speech, where the provider has any' }),
    speed: Flags.string({ description: 'speed; 1 is usual, 0.25 to 4', helpValue: 'N' }),
    lang: optionalLanguageFlag(),
    rate: Flags.string({
      description: 'samples a second of the file',
      options: rates,
      default: '8000',
    }),
    json: jsonFlag(),
    ...pluginFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Say)
    const { out, tts } = flags
    const toOutput = out === '-'
    if (toOutput && flags.json) throw new ConfigError('--json needs --out FILE.wav, not -')
    const [{ checkPlace, saveSound, say }, { loadPluginOptions }, { fallbacksLog }] =
      await Promise.all([
        import('../say/say.ts'),
        import('../load-plugin-options.ts'),
        import('../say/fallbacks-log.ts'),
      ])
    if (!toOutput) await checkPlace(out)
    await untilInterrupted(async (signal) => {
      const plugins = await loadPluginOptions(calledWith(flags), {
        ...(tts === undefined ? {} : { choose: { tts } }),
        log: fallbacksLog,
        signal,
      })
      const said = await say({
        plugins,
        text: args.text,
        language: flags.lang ?? plugins.settings.language,
        voice: voiceOf(flags),
        rateHz: Number(flags.rate),
      })
      if (toOutput) process.stdout.write(said.wav)
      else await saveSound(out, said.wav)
      const { durationMs, spokenBy } = said
      if (flags.json) {
        this.printJson({
          file: out,
          rate_hz: Number(flags.rate),
          duration_ms: durationMs,
          first_byte_ms: said.firstMs === null ? null : Math.round(said.firstMs),
          total_ms: Math.round(said.totalMs),
          spoken_by: spokenBy,
        })
      } else if (!toOutput) {
        const seconds = (durationMs / 1_000).toFixed(1)
        this.print(printable(`${out}: ${seconds} s, spoken by ${spokenBy.join(', then ')}`))
      }
    })
  }
}

function voiceOf(flags: {
  voice: string | undefined
  style: string | undefined
  speed: string | undefined
}): { name?: string; style?: string; speed?: number } {
  const { voice: name, style } = flags
  const speed = flags.speed === undefined ? undefined : Number(flags.speed)
  if (speed !== undefined && !(speed >= 0.25 && speed <= 4)) {
    throw new ConfigError(`--speed must be a number from 0.25 to 4, not ${flags.speed ?? ''}`)
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(style === undefined ? {} : { style }),
    ...(speed === undefined ? {} : { speed }),
  }
}
