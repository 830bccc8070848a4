import type { FactsView } from '@portaria/core/status'
import type { Case, Decision, FactName } from './parse-case.ts'
import { comparedWords, wordErrors } from './word-errors.ts'

/** Where the time of one line went; null: that was not asked, or there was none. See `HeardSound` and `Answered`. */
export type Latency = {
  readonly stt_first_word_ms: number | null
  readonly stt_final_ms: number | null
  readonly stt_after_turn_ms: number | null
  readonly ai_first_word_ms: number | null
  readonly ai_total_ms: number | null
}

/** What came out of a line. */
export type Got = {
  /** What was understood, or given. */
  readonly text: string
  readonly facts: FactsView | null
  readonly decision: Decision | null
  readonly latency: Latency
}

/** One line with one set of providers. What was not expected of it is null. */
export type Outcome = {
  readonly line: number
  /** Everything that was expected came. */
  readonly right: boolean
  /** A provider failed; the other fields are null then. */
  readonly error: string | null
  readonly text: string | null
  readonly words: { readonly errors: number; readonly words: number } | null
  readonly facts: FactsView | null
  /** Of the facts that were expected: which came. */
  readonly facts_right: Readonly<Partial<Record<FactName, boolean>>> | null
  readonly decision: Decision | null
  readonly decision_right: boolean | null
  readonly latency: Latency | null
}

export function failedOutcome({ line }: Case, error: string): Outcome {
  return {
    line,
    right: false,
    error,
    text: null,
    words: null,
    facts: null,
    facts_right: null,
    decision: null,
    decision_right: null,
    latency: null,
  }
}

/** Facts are the same where their words are: "Bloco B" and "bloco b". */
function isSame(expected: string | null, told: string | null | undefined): boolean {
  return comparedWords(expected ?? '').join(' ') === comparedWords(told ?? '').join(' ')
}

function judgeFacts({ expect }: Case, facts: FactsView | null): Outcome['facts_right'] {
  if (expect.facts === undefined) return null
  const judged = Object.entries(expect.facts).map(([name, expected]) => {
    const told = facts?.[name as FactName]
    return [name, isSame(expected, told)] as const
  })
  return Object.fromEntries(judged)
}

/** Compares what came with what was expected. */
export function judge(given: Case, got: Got): Outcome {
  const { text, decision } = given.expect
  const words = text === undefined ? null : wordErrors(text, got.text)
  const facts_right = judgeFacts(given, got.facts)
  const decision_right = decision === undefined ? null : got.decision === decision
  const right =
    (words?.errors ?? 0) === 0 &&
    decision_right !== false &&
    Object.values(facts_right ?? {}).every(Boolean)
  const { line } = given
  return { line, right, error: null, ...got, words, facts_right, decision_right }
}
