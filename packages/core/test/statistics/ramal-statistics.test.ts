import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createEventLog, type PortariaEvent } from '../../src/events.ts'
import type { RamalTotals, Sums } from '../../src/providers/call-history.ts'
import { createStatistics, noStatistics } from '../../src/statistics/ramal-statistics.ts'
import { aCall } from '../history/a-call.ts'

const ramal = { id: 1, ramal_ia: '1000' }
const none: Sums = {
  calls: 0,
  answered: 0,
  authorized: 0,
  denied: 0,
  abandoned: 0,
  duration_ms: 0,
}

function aCounter() {
  const clock = { wall: new Date(2025, 5, 10, 12), ms: 0 }
  const events = createEventLog()
  const published: PortariaEvent[] = []
  events.subscribe((event) => published.push(event))
  const statistics = createStatistics({ now: () => clock.wall, clock: () => clock.ms, events })
  return { clock, published, statistics }
}

describe('statistics of a ramal', () => {
  test('count a call from its start, and what it came to from its end', () => {
    const { statistics } = aCounter()
    statistics.callStarted(ramal)
    statistics.callStarted(ramal)
    expect(statistics.of(1)).toMatchObject({ calls_now: 2, calls_today: 2, calls_total: 2 })
    statistics.callEnded(aCall({ duration_ms: 10_000 }))
    statistics.callEnded(aCall({ outcome: 'abandoned', answered: false, duration_ms: 20_000 }))
    expect(statistics.of(1)).toMatchObject({
      calls_now: 0,
      calls_total: 2,
      answered: 1,
      authorized: 1,
      abandoned: 1,
      duration_mean_ms: 15_000,
      duration_p95_ms: 20_000,
    })
  })

  test('are one constant for a ramal that no call came to', () => {
    expect(aCounter().statistics.of(5)).toBe(noStatistics)
  })

  test('are the same object until something changes', () => {
    const { statistics } = aCounter()
    statistics.callStarted(ramal)
    const before = statistics.of(1)
    expect(statistics.of(1)).toBe(before)
    statistics.failed(1, 'no voice')
    expect(statistics.of(1).last_error).toEqual({
      at: new Date(2025, 5, 10, 12).toISOString(),
      message: 'no voice',
    })
  })

  test('begin a day at midnight without being told', () => {
    const { clock, statistics } = aCounter()
    statistics.callStarted(ramal)
    statistics.callEnded(aCall())
    clock.wall = new Date(2025, 5, 11, 0, 0, 1)
    expect(statistics.of(1)).toMatchObject({ calls_today: 0, calls_total: 1 })
  })

  test('find the day again when the clock is set back over midnight', () => {
    const { clock, statistics } = aCounter()
    statistics.callStarted(ramal)
    clock.wall = new Date(2025, 5, 11, 0, 30)
    statistics.callStarted(ramal)
    expect(statistics.of(1).calls_today).toBe(1)
    clock.wall = new Date(2025, 5, 10, 23, 30)
    expect(statistics.of(1).calls_today).toBe(1)
    statistics.callEnded(aCall())
    statistics.callEnded(aCall())
    expect(statistics.of(1)).toMatchObject({ calls_now: 0, calls_total: 2 })
  })

  test('take the sums of the history once, however late', () => {
    const { statistics } = aCounter()
    statistics.callStarted(ramal)
    const sums = { ...none, calls: 10, answered: 6, authorized: 4, denied: 2, abandoned: 3 }
    const totals: RamalTotals[] = [{ ramal_id: 1, today: { ...none, calls: 2 }, total: sums }]
    statistics.seed(totals, '2025-06-10')
    statistics.seed(totals, '2025-06-10')
    statistics.callEnded(aCall())
    expect(statistics.of(1)).toMatchObject({
      calls_today: 3,
      calls_total: 11,
      answered: 7,
      authorized: 5,
      denied: 2,
      abandoned: 3,
    })
  })

  test('do not take the sums of yesterday for those of today', () => {
    const { statistics } = aCounter()
    const total = { ...none, calls: 9 }
    statistics.seed([{ ramal_id: 1, today: total, total }], '2025-06-09')
    expect(statistics.of(1)).toMatchObject({ calls_today: 0, calls_total: 9 })
  })

  test('keep the sums of a ramal that goes and comes back, and forget how it was', () => {
    const { statistics } = aCounter()
    statistics.callStarted(ramal)
    statistics.callEnded(aCall())
    statistics.failed(1, 'no voice')
    statistics.forget(1)
    statistics.forget(99)
    expect(statistics.of(1)).toMatchObject({
      calls_total: 1,
      duration_mean_ms: null,
      last_error: null,
    })
  })

  test('tell of the last 1,000 durations only', () => {
    const { statistics } = aCounter()
    for (let i = 0; i < 1_000; i++) statistics.callEnded(aCall({ duration_ms: 60_000 }))
    for (let i = 1; i <= 1_000; i++) statistics.callEnded(aCall({ duration_ms: i * 10 }))
    expect(statistics.of(1)).toMatchObject({ duration_mean_ms: 5_005, duration_p95_ms: 9_500 })
  })

  test('are published at once, then once a second at most, and the last change always is', () => {
    vi.useFakeTimers()
    try {
      const { clock, published, statistics } = aCounter()
      for (let i = 0; i < 50; i++) statistics.callStarted(ramal)
      expect(published).toHaveLength(1)
      clock.ms += 1_000
      vi.advanceTimersByTime(1_000)
      expect(published).toHaveLength(2)
      expect(published.at(-1)).toMatchObject({
        type: 'statistics',
        ramal_id: 1,
        ramal: '1000',
        statistics: { calls_now: 50 },
      })
      statistics.callEnded(aCall())
      statistics[Symbol.dispose]()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('never go below zero, whatever the clock does and whichever order calls end in', () => {
    const step = fc.oneof(
      fc.constant('start' as const),
      fc.constant('end' as const),
      fc.integer({ min: -100, max: 100 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, statistics } = aCounter()
        let live = 0
        let started = 0
        for (const what of steps) {
          if (what === 'start') {
            statistics.callStarted(ramal)
            live += 1
            started += 1
          } else if (what === 'end') {
            statistics.callEnded(aCall())
            live = Math.max(0, live - 1)
          } else {
            clock.wall = new Date(clock.wall.getTime() + what * 3_600_000)
          }
          const shown = statistics.of(1)
          expect(shown).toMatchObject({ calls_now: live, calls_total: started })
          expect(shown.calls_today).toBeGreaterThanOrEqual(0)
          expect(shown.calls_today).toBeLessThanOrEqual(started)
        }
        statistics[Symbol.dispose]()
      }),
    )
  })
})
