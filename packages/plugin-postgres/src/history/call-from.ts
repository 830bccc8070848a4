import type { CallRecordRow, TurnView } from '@portaria/core/plugin'

/** A call out of a row of `portaria_call`, which the table's own constraints keep in shape. */
export function callFrom(row: Readonly<Record<string, unknown>>): CallRecordRow {
  const text = (name: keyof CallRecordRow): string => String(row[name])
  const textOrNull = (name: keyof CallRecordRow): string | null =>
    typeof row[name] === 'string' ? row[name] : null
  const time = (name: keyof CallRecordRow): string =>
    row[name] instanceof Date ? row[name].toISOString() : text(name)
  const { turns } = row
  return {
    call_id: text('call_id'),
    ramal_id: Number(row['ramal_id']),
    ramal: text('ramal'),
    condominium_id: Number(row['condominium_id']),
    started_at: time('started_at'),
    ended_at: time('ended_at'),
    duration_ms: Number(row['duration_ms']),
    day: text('day'),
    end_reason: text('end_reason'),
    answered: row['answered'] === true,
    outcome: text('outcome') as CallRecordRow['outcome'],
    decision_reason: textOrNull('decision_reason'),
    decision_by: textOrNull('decision_by'),
    intent_type: textOrNull('intent_type'),
    unit: textOrNull('unit'),
    block: textOrNull('block'),
    turns: Array.isArray(turns) ? (turns as TurnView[]) : null,
  }
}
