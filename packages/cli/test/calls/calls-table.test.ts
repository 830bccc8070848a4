import { describe, expect, it } from 'vitest'
import { callsTable } from '../../src/calls/calls-table.ts'
import { aCall, aTurn } from './a-call.ts'

const page = { width: 80, now: new Date('2025-01-01T12:00:40Z') }

describe('the table of calls', () => {
  it('shows each with its state or what came of it, its turns, and the slowest reply', () => {
    const turns = [aTurn(), aTurn({ audible_ms: 1_800.4 }), aTurn({ audible_ms: null })]
    const other = '0d0c7f5e-8d2a-4a6e-9b1c-0123456789ab'
    const live = aCall({ call_id: other, state: 'ringing', ended_at: null, decision: null })
    const lines = callsTable({ calls: [aCall({ turns }), live], total: 7 }, page)
    expect(lines[0]).toBe('CALL      RAMAL  COND  BEGAN     LASTED  STATE       TURNS  SLOWEST')
    expect(lines[1]).toMatch(/^7d0c7f5e {2}1000 {3}1 {5}\S{8} {2}31 s {4}authorized {2}3 {6}1800$/)
    expect(lines[2]).toMatch(/^0d0c7f5e {2}1000 {3}1 {5}\S{8} {2}40 s {4}ringing {5}0 {6}-$/)
    expect(lines[4]).toContain('7 calls, the newest 2 shown: more with --limit')
  })

  it('shows as much of each UUID as tells them apart', () => {
    const calls = [aCall(), aCall({ call_id: '7d0c7f5e-8d2a-4a6e-9b1c-000000000000' })]
    const [, first] = callsTable({ calls, total: 2 }, { ...page, width: 100 })
    expect(first).toContain('7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab  1000')
  })

  it('says so when there were none', () => {
    expect(callsTable({ calls: [], total: 0 }, page)).toEqual(['no calls in the last hour'])
  })
})
