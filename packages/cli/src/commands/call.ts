import { Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { daemonFlags, daemonWanted } from '../daemon/daemon-flags.ts'
import { jsonFlag } from '../json-flag.ts'
import { languageFlag } from '../language-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'

const callFlags = {
  json: jsonFlag(),
  ramal: Flags.string({ description: 'ramal to call (default: the first of the daemon)' }),
  host: Flags.string({ description: 'host of the AudioSocket port (default 127.0.0.1)' }),
  port: Flags.integer({ description: 'AudioSocket port, instead of a ramal', min: 1, max: 65_535 }),
  ...daemonFlags,
  say: Flags.string({ description: 'say a recording', helpValue: 'FILE.wav', multiple: true }),
  speak: Flags.string({ description: 'say a text (offline voice)', multiple: true }),
  digits: Flags.string({ description: 'press digits, such as 501#', multiple: true }),
  script: Flags.string({
    description: 'do what a file says, one step a line',
    helpValue: 'FILE',
    exclusive: ['say', 'speak', 'digits'],
  }),
  resident: Flags.boolean({ description: "connect the resident's leg when the call rings" }),
  'resident-speak': Flags.string({ description: 'what the resident says (offline voice)' }),
  'resident-digits': Flags.string({ description: 'what the resident presses' }),
  record: Flags.string({
    description: 'write a stereo WAV: left what the visitor heard, right the resident',
    helpValue: 'OUT.wav',
  }),
  silent: Flags.boolean({
    description: 'send no sound at all, as a muted phone',
    exclusive: ['say', 'speak', 'script', 'resident-speak'],
  }),
  count: Flags.integer({ description: 'place N calls', default: 1, min: 1, max: 2_000 }),
  uuid: Flags.string({ description: "the call's UUID (default: a new one)" }),
  lang: languageFlag({ description: 'language of spoken texts' }),
  'max-seconds': Flags.integer({
    description: 'hang up after that time',
    default: 180,
    min: 1,
    max: 3_600,
  }),
}

export default class Call extends PortariaCommand {
  static override summary = 'Call the doorman with a test phone that speaks AudioSocket'
  static override description = [
    'Prints the conversation as it happens; with --json one document with timings and decision.',
    'Exit code 0: a decision was reached, 1: none, 2: nobody answers or wrong usage.',
    '--say, --speak and --digits may be repeated and are done in the order given.',
    '',
    'Steps of a script: wait MS, heard [MS], quiet MS [MAX], say FILE.wav, speak TEXT,',
    'digits 501#, resident, resident-digits 1, resident-speak TEXT, hangup; # begins a comment.',
  ].join('\n')
  static override examples = [
    "<%= config.bin %> <%= command.id %> --digits '501#' --resident --resident-digits 1",
    '<%= config.bin %> <%= command.id %> --speak "entrega para o 501" --resident --resident-speak "pode subir"',
    '<%= config.bin %> <%= command.id %> --script visit.txt --record out.wav --json',
  ]
  static override flags = callFlags

  async run(): Promise<void> {
    const { flags, raw } = await this.parse(Call)
    if (flags.count > 1 && (flags.record !== undefined || flags.uuid !== undefined)) {
      throw new ConfigError('--record and --uuid are for one call: leave out --count')
    }
    const { placeCalls } = await import('../call/place-calls.ts')
    // The order between different flags is only in the raw tokens.
    const acts = raw.flatMap((token) =>
      token.type === 'flag' ? [{ flag: token.flag, value: token.input }] : [],
    )
    const stop = new AbortController()
    const interrupt = (): void => {
      // A second one means it: nothing of a test call is worth waiting for.
      if (stop.signal.aborted) process.exit(130)
      stop.abort(new Error('interrupted'))
    }
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
    try {
      const order = {
        acts,
        script: flags.script,
        resident: flags.resident,
        residentSpeak: flags['resident-speak'],
        residentDigits: flags['resident-digits'],
        host: flags.host,
        port: flags.port,
        ramal: flags.ramal,
        daemon: daemonWanted(flags),
        record: flags.record,
        silent: flags.silent,
        count: flags.count,
        uuid: flags.uuid,
        language: flags.lang,
        maxSeconds: flags['max-seconds'],
        signal: stop.signal,
      }
      const { document, decided } = await placeCalls(order, {
        line: (text) => (flags.json ? undefined : this.print(text)),
        warn: (text) => process.stderr.write(`portaria: ${text}\n`),
      })
      if (flags.json) this.printJson(document)
      process.exitCode = decided ? 0 : 1
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    }
  }
}
