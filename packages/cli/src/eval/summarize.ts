import type { Latency, Outcome } from './outcome.ts'
import { type Case, type Decision, type FactName, factNames } from './parse-case.ts'

/** By nearest rank, in milliseconds. */
export type Percentiles = { count: number; p50: number; p90: number; p99: number }

type Right = { readonly lines: number; readonly right: number }

/** How one set of providers did over all lines; null: no line expects anything of the kind. */
export type Summary = Right & {
  /** Lines on which a provider failed, or that were not tried. */
  readonly failed: number
  /** `wer`: word errors of all words that were said. Failed lines do not count. */
  readonly words: (Right & { errors: number; words: number; wer: number }) | null
  readonly facts: (Right & { fields: Partial<Record<FactName, Right>> }) | null
  readonly decision:
    | (Right & {
        /** Expected, then got. */
        confusion: Record<Decision, Record<Decision, number>>
        /** Lines that would have opened a gate that had to stay shut. */
        false_authorizations: readonly number[]
      })
    | null
  readonly latency: Record<keyof Latency, Percentiles | null>
}

const latencies = [
  'stt_first_word_ms',
  'stt_final_ms',
  'stt_after_turn_ms',
  'ai_first_word_ms',
  'ai_total_ms',
] as const satisfies readonly (keyof Latency)[]

export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: values.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

function rightOf(judged: readonly (boolean | null | undefined)[]): Right | null {
  const expected = judged.filter((each) => typeof each === 'boolean')
  return expected.length === 0
    ? null
    : { lines: expected.length, right: expected.filter(Boolean).length }
}

function wordsOf(outcomes: readonly Outcome[]): Summary['words'] {
  const heard = outcomes.flatMap(({ words }) => (words === null ? [] : [words]))
  const right = rightOf(heard.map(({ errors }) => errors === 0))
  if (right === null) return null
  const errors = heard.reduce((sum, each) => sum + each.errors, 0)
  const words = heard.reduce((sum, each) => sum + each.words, 0)
  return {
    ...right,
    errors,
    words,
    wer: Math.round((errors / Math.max(1, words)) * 10_000) / 10_000,
  }
}

function factsOf(outcomes: readonly Outcome[]): Summary['facts'] {
  const judged = outcomes.flatMap(({ facts_right }) => (facts_right === null ? [] : [facts_right]))
  const right = rightOf(judged.map((facts) => Object.values(facts).every(Boolean)))
  if (right === null) return null
  const fields = factNames.flatMap((name) => {
    const field = rightOf(judged.map((facts) => facts[name]))
    return field === null ? [] : [[name, field] as const]
  })
  return { ...right, fields: Object.fromEntries(fields) }
}

function decisionOf(cases: readonly Case[], outcomes: readonly Outcome[]): Summary['decision'] {
  const right = rightOf(outcomes.map(({ decision_right }) => decision_right))
  if (right === null) return null
  const expected = new Map(cases.map(({ line, expect }) => [line, expect.decision]))
  const none = (): Record<Decision, number> => ({ authorized: 0, denied: 0, unclear: 0 })
  const confusion = { authorized: none(), denied: none(), unclear: none() }
  const opened: number[] = []
  for (const { line, decision } of outcomes) {
    const wanted = expected.get(line)
    if (wanted === undefined || decision === null) continue
    confusion[wanted][decision] += 1
    if (decision === 'authorized' && wanted !== 'authorized') opened.push(line)
  }
  return { ...right, confusion, false_authorizations: opened }
}

/** Adds up what came out of all lines. */
export function summarize(cases: readonly Case[], outcomes: readonly Outcome[]): Summary {
  const latency = latencies.map((name) => {
    const values = outcomes.flatMap((each) => each.latency?.[name] ?? [])
    return [name, percentiles(values)] as const
  })
  return {
    lines: outcomes.length,
    right: outcomes.filter(({ right }) => right).length,
    failed: outcomes.filter(({ error }) => error !== null).length,
    words: wordsOf(outcomes),
    facts: factsOf(outcomes),
    decision: decisionOf(cases, outcomes),
    latency: Object.fromEntries(latency) as Summary['latency'],
  }
}
