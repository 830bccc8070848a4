import { describe, expect, test } from 'vitest'
import { callRow } from '../../src/history/call-row.ts'
import { aTurn } from '../api/a-turn.ts'
import type { CallView } from '../../src/status.ts'

const leg = { peer: '192.0.2.1:5', rate: 8000, connected_at: '', ended_at: null, end_reason: null }

function aView(change: Partial<CallView> = {}): CallView {
  return {
    call_id: '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab',
    ramal: '1000',
    condominio_id: 9,
    state: 'ended',
    started_at: new Date(2025, 5, 10, 23, 59, 50).toISOString(),
    ended_at: new Date(2025, 5, 11, 0, 0, 20).toISOString(),
    end_reason: 'decided',
    facts: {
      intent_type: 'entrega',
      interlocutor_name: 'Marcos',
      resident_name: 'Daniel',
      apartment_number: '501',
    },
    decision: {
      outcome: 'denied',
      reason: 'resident-no',
      by: 'speech',
      words: 'não, Marcos',
      at: '2025-06-11T02:59:00.000Z',
    },
    transcript: [{ at: '2025-06-11T02:58:00.000Z', by: 'visitor', text: 'é o Marcos' }],
    turns: [],
    legs: [
      { ...leg, role: 'visitor' },
      { ...leg, role: 'resident' },
    ],
    ...change,
  }
}

const beside = { ramalId: 7, durationMs: 30_000.4 }

describe('a row of the history', () => {
  test('belongs to the day on which the call began, by the clock on the wall', () => {
    expect(callRow(aView(), beside)).toMatchObject({
      ramal_id: 7,
      condominium_id: 9,
      day: '2025-06-10',
      ended_at: new Date(2025, 5, 11, 0, 0, 20).toISOString(),
      duration_ms: 30_000,
      answered: true,
      outcome: 'denied',
      decision_reason: 'resident-no',
      decision_by: 'speech',
      intent_type: 'entrega',
      unit: '501',
      block: null,
    })
  })

  test('holds no name, no word and no transcript', () => {
    expect(JSON.stringify(callRow(aView(), beside))).not.toMatch(/Marcos|Daniel|192\.0\.2/)
  })

  test('holds where the time of the first turns went', () => {
    const turns = Array.from({ length: 100 }, (_, n) => aTurn({ turn: n + 1 }))
    expect(callRow(aView({ turns: turns.slice(0, 2) }), beside).turns).toEqual(turns.slice(0, 2))
    expect(callRow(aView({ turns }), beside).turns).toEqual(turns.slice(0, 30))
  })

  test('lasts as long as was measured, although the wall clock was set back during the call', () => {
    const ended_at = new Date(2025, 5, 10, 23, 0, 0).toISOString()
    expect(callRow(aView({ ended_at }), beside)).toMatchObject({ duration_ms: 30_000 })
  })

  test.each([
    ['abandoned', 'abandoned'],
    ['not-found', 'none'],
    ['error', 'none'],
  ] as const)('of a call without decision that ended as %s came to %s', (end_reason, outcome) => {
    const [visitor] = aView().legs
    const legs = visitor === undefined ? [] : [visitor]
    const row = callRow(aView({ decision: null, end_reason, legs }), beside)
    expect(row).toMatchObject({ outcome, answered: false, decision_reason: null })
  })

  test('has nothing that PostgreSQL could not store', () => {
    const facts = { apartment_number: `5\u{0}01\ud83d`, block: 'B'.repeat(5_000) }
    const row = callRow(aView({ facts }), beside)
    expect(row.unit).toBe('501\ufffd')
    expect(row.block).toHaveLength(100)
  })
})
