import { printable } from '../printable.ts'
import { tableRows } from '../table-rows.ts'
import type { Difference, Run } from './evaluate.ts'
import type { Outcome } from './outcome.ts'
import { factNames } from './parse-case.ts'
import type { BadLine } from './read-cases.ts'
import type { Summary } from './summarize.ts'

/** More lines than this are for `--json`. */
const mostShown = 50

/** One row of the table: a cell for each run, and the numbers that are compared. */
type Row = { label: string; cells: string[]; numbers: (number | null)[] }

type Fraction = { readonly lines: number; readonly right: number } | null | undefined

function fractions(label: string, of: readonly Fraction[]): Row {
  const cells = of.map((each) => (each ? `${each.right}/${each.lines}` : '-'))
  return { label, cells, numbers: of.map((each) => each?.right ?? null) }
}

function figures(label: string, numbers: readonly (number | null | undefined)[]): Row {
  const all = numbers.map((each) => each ?? null)
  return { label, cells: all.map((each) => (each === null ? '-' : String(each))), numbers: all }
}

const named = {
  stt_first_word_ms: 'stt: first word after the onset, ms',
  stt_final_ms: 'stt: final after the last voice, ms',
  stt_after_turn_ms: 'stt: all words after the turn, ms',
  ai_first_word_ms: 'ai: first word, ms',
  ai_total_ms: 'ai: whole reply, ms',
} as const

function latencyRows(summaries: readonly Summary[]): Row[] {
  const names = Object.keys(named) as (keyof typeof named)[]
  return names.flatMap((name) =>
    (['p50', 'p90', 'p99'] as const).map((p) => {
      const numbers = summaries.map(({ latency }) => latency[name]?.[p])
      return figures(`${named[name]}, ${p}`, numbers)
    }),
  )
}

function rowsOf(summaries: readonly Summary[]): Row[] {
  const facts = factNames.map((name) =>
    fractions(
      `  ${name}`,
      summaries.map((each) => each.facts?.fields[name]),
    ),
  )
  const percent = summaries.map(({ words }) =>
    words === null ? null : Math.round(words.wer * 1_000) / 10,
  )
  const opened = summaries.map(({ decision }) => decision?.false_authorizations.length)
  const rows = [
    fractions('lines right', summaries),
    figures(
      'lines failed',
      summaries.map(({ failed }) => failed),
    ),
    figures('word error rate, %', percent),
    fractions(
      'facts',
      summaries.map((each) => each.facts),
    ),
    ...facts,
    fractions(
      'decision',
      summaries.map((each) => each.decision),
    ),
    figures('  opened that had to stay shut', opened),
    ...latencyRows(summaries),
  ]
  return rows.filter(({ numbers }) => numbers.some((each) => each !== null))
}

function difference([one = null, other = null]: readonly (number | null)[]): string {
  if (one === null || other === null) return ''
  const more = Math.round((other - one) * 10) / 10
  return more > 0 ? `+${more}` : String(more)
}

/** The table, one column a run and, of two, their difference. */
function tableLines(runs: readonly Run[], width: number): string[] {
  const rows = rowsOf(runs.map(({ summary }) => summary))
  const compared = runs.length === 2
  const head = ['', ...runs.map(({ name }) => printable(name)), ...(compared ? ['difference'] : [])]
  const body = rows.map(({ label, cells, numbers }) => [
    label,
    ...cells,
    ...(compared ? [difference(numbers)] : []),
  ])
  return tableRows([head, ...body], width, { figures: true }).flat()
}

function shown({ error, text, facts, decision }: Outcome): string {
  if (error !== null) return printable(`failed: ${error}`)
  const parts = [JSON.stringify(text), facts && JSON.stringify(facts), decision]
  return printable(parts.filter((part) => part !== null).join(' '))
}

function capped(lines: readonly string[]): string[] {
  const left = lines.length - mostShown
  return left > 0
    ? [...lines.slice(0, mostShown), `… and ${left} more: --json has all`]
    : [...lines]
}

/** What was evaluated, for people. */
export function reportLines(
  o: {
    readonly bad: readonly BadLine[]
    readonly runs: readonly Run[]
    readonly differences: readonly Difference[]
  },
  { width }: { readonly width: number },
): string[] {
  const bad = o.bad.map(({ line, message }) => printable(`line ${line} is left out: ${message}`))
  const wrong = o.runs.length > 1 ? [] : wrongLines(o.runs[0])
  const differing = o.differences.flatMap(({ line, results }) =>
    results.map((each, n) => `line ${line}  ${o.runs[n]?.name ?? ''}: ${shown(each)}`),
  )
  return [
    ...capped(bad),
    ...tableLines(o.runs, width),
    ...(wrong.length > 0 ? ['', 'not as expected:', ...capped(wrong)] : []),
    ...(differing.length > 0 ? ['', 'where they differ:', ...capped(differing)] : []),
  ]
}

function wrongLines(run: Run | undefined): string[] {
  const wrong = run?.results.filter(({ right }) => !right) ?? []
  return wrong.map((each) => `line ${each.line}  ${shown(each)}`)
}
