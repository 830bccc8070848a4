import { Args, Flags } from '@oclif/core'
import { jsonFlag } from '../json-flag.ts'
import { optionalLanguageFlag } from '../optional-language-flag.ts'
import { calledWith, pluginFlags } from '../plugin-flags.ts'
import { PortariaCommand } from '../portaria-command.ts'
import { screenWidth } from '../screen-width.ts'
import { untilInterrupted } from '../until-interrupted.ts'

export default class Eval extends PortariaCommand {
  static override summary = 'Measure how well recordings and texts are understood, and how fast'
  static override description = [
    'Each line of the file is one JSON object: what is said, and what should come of it:',
    '  {"text": "entrega para o 501", "expect": {"facts": {"apartment_number": "501"}}}',
    '  {"wav": "oi.wav", "expect": {"text": "pode entrar", "decision": "authorized"}, "language": "pt-BR"}',
    'Facts: intent_type, interlocutor_name, apartment_number, block, resident_name; null must not be told.',
    'Decisions, by the rules of a call: authorized, denied, unclear. See docs/eval.md.',
    '',
    'The first recogniser and dialogue of the configuration run it, or --stt and --ai; --compare runs two of a kind.',
    'Exit code 0: all lines ran, whatever came out, 1: a line is bad, a provider failed, or a gate would have been opened',
    'that had to stay shut, 2: nothing could run, 130: Ctrl-C.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> examples/eval/visits.jsonl',
    '<%= config.bin %> <%= command.id %> recordings.jsonl --compare azure,openai',
    '<%= config.bin %> <%= command.id %> visits.jsonl --compare rules,ai-http --kind ai --json',
  ]
  static override args = { file: Args.string({ description: 'JSON lines', required: true }) }
  static override flags = {
    stt: Flags.string({ description: 'this recogniser, chosen or not', helpValue: 'NAME' }),
    ai: Flags.string({ description: 'this dialogue, chosen or not', helpValue: 'NAME' }),
    compare: Flags.string({ description: 'run two, and show where they differ', helpValue: 'A,B' }),
    kind: Flags.option({
      description: 'what --compare names (default stt where a line holds a recording, else ai)',
      options: ['stt', 'ai'] as const,
    })(),
    lang: optionalLanguageFlag(),
    'at-once': Flags.integer({
      description: 'lines at the same time: more is faster, but may change the times',
      helpValue: 'N',
      default: 1,
      min: 1,
      max: 32,
    }),
    json: jsonFlag(),
    ...pluginFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Eval)
    const [
      { readCases },
      { planRuns },
      { differencesOf, evaluate },
      { reportLines },
      { loadPluginOptions },
    ] = await Promise.all([
      import('../eval/read-cases.ts'),
      import('../eval/plan-runs.ts'),
      import('../eval/evaluate.ts'),
      import('../eval/report-lines.ts'),
      import('../load-plugin-options.ts'),
    ])
    await untilInterrupted(async (signal) => {
      const { cases, bad } = await readCases(args.file)
      const plan = planRuns(cases, flags)
      const { choose } = plan
      const plugins = await loadPluginOptions(calledWith(flags), { choose, signal })
      const language = flags.lang ?? plugins.settings.language
      const order = { plugins, language, atOnce: flags['at-once'] }
      const runs = await evaluate(cases, plan.runs(plugins.settings), order)
      const [one, other] = runs
      const differences = one && other ? differencesOf(one, other) : []
      if (flags.json) {
        this.printJson({ file: args.file, lines: cases.length, bad_lines: bad, runs, differences })
      } else
        for (const line of reportLines({ bad, runs, differences }, { width: screenWidth() }))
          this.print(line)
      const isWell = runs.every(
        ({ summary: { failed, decision } }) =>
          failed === 0 && (decision?.false_authorizations.length ?? 0) === 0,
      )
      process.exitCode = bad.length === 0 && isWell ? 0 : 1
    })
  }
}
