import { Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { jsonFlag } from '../../json-flag.ts'
import { optionalLanguageFlag } from '../../optional-language-flag.ts'
import { calledWith, pluginFlags } from '../../plugin-flags.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { untilInterrupted } from '../../until-interrupted.ts'

const nameFlag = (kind: string) =>
  Flags.string({
    description: `try this ${kind}, chosen or not; may be repeated`,
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  })

export default class ProvidersTest extends PortariaCommand {
  static override summary =
    'Try voices, recognisers and dialogues: how fast they are, and what they answer'
  static override description = [
    'Without names: each provider that the configuration chooses, on its own: nobody stands in for it, and nothing is',
    'tried again. With --stt, --tts or --ai only those. No daemon is needed.',
    '',
    'Recognisers hear the test sentence from the first voice that can say it, or --hear FILE.wav, at the pace of speech.',
    'A dialogue is told what a visitor would say, on a call that does not exist: a server of yours sees one question.',
    '',
    'Exit code 0: all work, 1: one failed, 2: wrong usage or configuration, 130: Ctrl-C.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --stt azure --hear recording.wav --json',
    '<%= config.bin %> <%= command.id %> --ai ai-http --ask "sou o Pedro, vim ver a Ana do 12"',
  ]
  static override flags = {
    stt: nameFlag('recogniser'),
    tts: nameFlag('voice'),
    ai: nameFlag('dialogue'),
    say: Flags.string({ description: 'what voices say', helpValue: 'TEXT' }),
    hear: Flags.string({ description: 'what recognisers hear', helpValue: 'FILE.wav' }),
    ask: Flags.string({ description: 'what dialogues are told', helpValue: 'TEXT' }),
    lang: optionalLanguageFlag(),
    timeout: Flags.integer({
      description: 'longest test of one provider, in seconds',
      helpValue: 'S',
      default: 180,
      min: 1,
      max: 3_600,
    }),
    json: jsonFlag(),
    ...pluginFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ProvidersTest)
    const [{ testProviders }, { testedLines }, { loadPluginOptions }] = await Promise.all([
      import('../../providers-test/test-providers.ts'),
      import('../../providers-test/tested-lines.ts'),
      import('../../load-plugin-options.ts'),
    ])
    const { stt = [], tts = [], ai: dialogue = [], say, hear, ask } = flags
    const blank = Object.entries({ say, ask }).find(([, text]) => text?.trim() === '')
    if (blank) throw new ConfigError(`--${blank[0]} holds no text: give one, or leave it out`)
    const asked = { tts, stt, dialogue }
    const anyAsked = [...tts, ...stt, ...dialogue].length > 0
    const tell = (lines: readonly string[]): void => {
      if (!flags.json) for (const line of lines) this.print(line)
    }
    await untilInterrupted(async (signal) => {
      const choose = Object.fromEntries(
        Object.entries(asked).filter(([, names]) => names.length > 0),
      )
      const plugins = await loadPluginOptions(calledWith(flags), { choose, signal })
      const { settings } = plugins
      const language = flags.lang ?? settings.language
      const providers = await testProviders({
        plugins,
        names: anyAsked ? asked : settings,
        language,
        say,
        hear,
        ask,
        timeoutMs: flags.timeout * 1_000,
        tell: (tested) => tell(testedLines(tested)),
      })
      if (!anyAsked && settings.stt.length === 0) tell(['stt       nobody is chosen: keypad only'])
      const ok = providers.every((each) => each.ok)
      if (flags.json) this.printJson({ language, ok, providers })
      process.exitCode = ok ? 0 : 1
    })
  }
}
