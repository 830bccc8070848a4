import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import type { Language } from '@portaria/core/language'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import { startProvider } from '@portaria/core/plugins/start-provider'
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

/** Runs all lines with one pair of providers, each on its own: nobody stands in. Throws ConfigError for one that cannot start. */
export async function evaluate(
  cases: readonly Case[],
  o: Pair & {
    readonly name: string
    readonly plugins: LoadPluginsOptions
    readonly language: Language
    readonly atOnce: number
  },
): Promise<Run> {
  const { name, stt, dialogue, plugins } = o
  await using open = new AsyncDisposableStack()
  const ear = stt === null ? null : open.use(await startProvider('stt', stt, plugins))
  const mind =
    dialogue === null ? null : open.use(await startProvider('dialogue', dialogue, plugins))
  const results = await runCases(cases, {
    ...o,
    stt: ear?.provider ?? null,
    dialogue: mind?.provider ?? null,
    detector: await loadVoiceDetector(),
    silenceMs: plugins.settings.silenceMs,
    signal: plugins.signal,
  })
  return { name, stt, dialogue, summary: summarize(cases, results), results }
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
