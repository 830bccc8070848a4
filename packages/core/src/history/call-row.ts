import type { CallRecordRow } from '../providers/call-history.ts'
import type { CallView } from '../status.ts'
import { localDay } from './local-day.ts'

const longestText = 100
/** A row waits in memory and on disk with thousands of others. */
const mostTurns = 30

/**
 * What is kept of an ended call. Names, words and transcript stay behind: those are personal data. `durationMs` is
 * measured by the monotonic clock: the view's times jump with the wall clock.
 */
export function callRow(call: CallView, o: { ramalId: number; durationMs: number }): CallRecordRow {
  const startedAt = new Date(call.started_at)
  const durationMs = Math.max(0, Math.round(o.durationMs))
  const endedAt = new Date(startedAt.getTime() + durationMs)
  return {
    call_id: call.call_id,
    ramal_id: o.ramalId,
    ramal: storable(call.ramal),
    condominium_id: call.condominio_id,
    started_at: call.started_at,
    ended_at: endedAt.toISOString(),
    duration_ms: durationMs,
    day: localDay(startedAt),
    end_reason: storable(call.end_reason ?? 'unknown'),
    answered: call.legs.some((leg) => leg.role === 'resident'),
    outcome: outcomeOf(call),
    decision_reason: storableOr(call.decision?.reason),
    decision_by: storableOr(call.decision?.by),
    intent_type: storableOr(call.facts.intent_type),
    unit: storableOr(call.facts.apartment_number),
    block: storableOr(call.facts.block),
    turns: call.turns.slice(0, mostTurns),
  }
}

function outcomeOf(call: CallView): CallRecordRow['outcome'] {
  if (call.decision !== null) return call.decision.outcome
  return call.end_reason === 'abandoned' ? 'abandoned' : 'none'
}

function storableOr(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
}

/** Text that a database takes: PostgreSQL has no NUL, and no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, longestText).toWellFormed()
}
