import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import type { Language } from '@portaria/core/language'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import { startProvider } from '@portaria/core/plugins/start-provider'
import type { Dialogue } from '@portaria/core/providers/dialogue'
import type { SpeechToText } from '@portaria/core/providers/speech-to-text'
import type { Outcome } from './outcome.ts'
import type { Case } from './parse-case.ts'
import { runCases } from './run-cases.ts'
import { summarize, type Summary } from './summarize.ts'
import { comparedWords } from './word-errors.ts'

/** Who hears and who understands; null: nobody. */
export type Pair = { readonly stt: string | null; readonly dialogue: string | null }

export type Run = Pair & {
  /** What tells it from the other of a comparison. */
  readonly name: string
  readonly summary: Summary
  readonly results: readonly Outcome[]
}

/** A line of which two runs made something else. */
export type Difference = { readonly line: number; readonly results: readonly [Outcome, Outcome] }

type Started = Pair & { name: string; ear: SpeechToText | null; mind: Dialogue | null }

/**
 * Runs all lines with each pair of providers, one pair after the other, each provider on its own: nobody stands in.
 * All are started first. Throws ConfigError for one that cannot start.
 */
export async function evaluate(
  cases: readonly Case[],
  pairs: readonly (Pair & { readonly name: string })[],
  o: {
    readonly plugins: LoadPluginsOptions
    readonly language: Language
    readonly atOnce: number
  },
): Promise<Run[]> {
  const { plugins } = o
  const { silenceMs } = plugins.settings
  await using open = new AsyncDisposableStack()
  const start = async <K extends 'stt' | 'dialogue'>(kind: K, name: string | null) =>
    name === null ? null : open.use(await startProvider(kind, name, plugins)).provider
  const started: Started[] = []
  for (const pair of pairs) {
    const [ear, mind] = [await start('stt', pair.stt), await start('dialogue', pair.dialogue)]
    started.push({ ...pair, ear, mind })
  }
  const detector = await loadVoiceDetector()
  const runs: Run[] = []
  for (const { ear, mind, ...pair } of started) {
    const running = { ...o, stt: ear, dialogue: mind, detector, silenceMs, signal: plugins.signal }
    const results = await runCases(cases, running)
    runs.push({ ...pair, summary: summarize(cases, results), results })
  }
  return runs
}

/** What is compared of a line: texts by their words, facts and decisions as they are. */
function essence({ error, text, facts, decision }: Outcome): string {
  return JSON.stringify([error !== null, comparedWords(text ?? ''), facts, decision])
}

/** The lines of which two runs over the same cases made something else. */
export function differencesOf(one: Run, other: Run): Difference[] {
  const others = new Map(other.results.map((each) => [each.line, each]))
  return one.results.flatMap((each) => {
    const twin = others.get(each.line)
    if (twin === undefined || essence(each) === essence(twin)) return []
    return [{ line: each.line, results: [each, twin] as const }]
  })
}
