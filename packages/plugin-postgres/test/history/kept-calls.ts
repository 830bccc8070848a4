import type { CallRecordRow } from '@portaria/core/plugin'
import type { TestDatabase } from '@portaria/test-kit/test-database'
import { expect } from 'vitest'

/** Every day's sums are those of the day's calls. */
export async function expectSumsOfCalls(database: TestDatabase): Promise<void> {
  const sums = (from: string): Promise<Record<string, unknown>[]> =>
    database.sql(`SELECT ramal_id, day::text, ${from} ORDER BY ramal_id, day`)
  const kept = await sums(
    `calls::int, answered::int, authorized::int, denied::int, abandoned::int, duration_ms::int
     FROM portaria_ramal_day`,
  )
  const counted = await sums(
    `count(*)::int AS calls, count(*) FILTER (WHERE answered)::int AS answered,
     count(*) FILTER (WHERE outcome = 'authorized')::int AS authorized,
     count(*) FILTER (WHERE outcome = 'denied')::int AS denied,
     count(*) FILTER (WHERE outcome = 'abandoned')::int AS abandoned,
     sum(duration_ms)::int AS duration_ms FROM portaria_call GROUP BY ramal_id, day`,
  )
  expect(kept).toEqual(counted)
}

export async function keptIds(database: TestDatabase): Promise<string[]> {
  const rows = await database.sql('SELECT call_id::text FROM portaria_call')
  return rows.map((row) => String(row['call_id'])).toSorted()
}

export function idsOf(calls: readonly CallRecordRow[]): string[] {
  return calls.map((call) => call.call_id).toSorted()
}
