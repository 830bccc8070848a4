import type { Finding } from '@portaria/plugin-postgres/schema/finding'
import { printable } from '../printable.ts'

const marks = { ok: 'ok', missing: 'MISSING', warning: 'warning' } as const

function sqlLines(sql: string): string[] {
  return sql
    .trimEnd()
    .split('\n')
    .map((line) => `    ${printable(line)}`)
}

/** Each finding on a line, below it the SQL that mends it; SQL that mends several is shown once. */
export function findingLines(findings: readonly Finding[]): string[] {
  const shown = new Set<string>()
  return findings.flatMap(({ state, subject, message, sql }) => {
    const line = `${marks[state].padEnd(8)} ${subject.padEnd(16)} ${printable(message)}`
    if (sql === null) return [line]
    if (shown.has(sql)) return [line, '    (mended by the same SQL as above)']
    shown.add(sql)
    return [line, ...sqlLines(sql)]
  })
}
