import { randomUUID } from 'node:crypto'
import type { CallRecordRow } from '../../src/providers/call-history.ts'

/** A call that ended: authorised after half a minute, unless told otherwise. */
export function aCall(change: Partial<CallRecordRow> = {}): CallRecordRow {
  return {
    call_id: randomUUID(),
    ramal_id: 1,
    ramal: '1000',
    condominium_id: 1,
    started_at: '2025-06-10T12:00:00.000Z',
    ended_at: '2025-06-10T12:00:30.000Z',
    duration_ms: 30_000,
    day: '2025-06-10',
    end_reason: 'decided',
    answered: true,
    outcome: 'authorized',
    decision_reason: 'resident-yes',
    decision_by: 'keypad',
    intent_type: 'entrega',
    unit: '501',
    block: null,
    turns: null,
    ...change,
  }
}
