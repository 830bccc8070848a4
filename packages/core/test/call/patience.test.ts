import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPatience } from '../../src/call/patience.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

function waiting(o: { canFill?: () => boolean } = {}) {
  const atMs: number[] = []
  const startMs = Date.now()
  const mouth = {
    fill(): boolean {
      const can = o.canFill?.() ?? true
      if (can) atMs.push(Date.now() - startMs)
      return can
    },
  }
  const patience = createPatience({ mouth, filler: 'Um instante.', clock: () => Date.now() })
  return { patience, atMs, startMs }
}

it('says a filler 1.5 s after the turn, and again every 4 s', () => {
  const { patience, atMs, startMs } = waiting()
  patience.begin(startMs)
  vi.advanceTimersByTime(10_000)
  expect(atMs).toEqual([1_500, 5_500, 9_500])
  expect(patience.fillers).toBe(3)
  patience.end()
  vi.advanceTimersByTime(10_000)
  expect(atMs).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
})

it('counts from the turn’s end, also where that is long ago', () => {
  const { patience, atMs, startMs } = waiting()
  vi.advanceTimersByTime(2_000)
  patience.begin(startMs)
  vi.advanceTimersByTime(1)
  expect(atMs).toEqual([2_000])
  patience.end()
})

it('goes on as it was when it is begun again for the same turn', () => {
  const { patience, atMs, startMs } = waiting()
  patience.begin(startMs)
  vi.advanceTimersByTime(2_000)
  patience.begin(startMs)
  vi.advanceTimersByTime(2_000)
  expect(atMs).toEqual([1_500])
  expect(patience.fillers).toBe(1)
  patience.begin(startMs + 4_000)
  expect(patience.fillers).toBe(0)
  patience.end()
})

it('waits anew, and counts on, when a reply that was heard goes on later', () => {
  const { patience, atMs, startMs } = waiting()
  patience.begin(startMs)
  vi.advanceTimersByTime(2_000)
  patience.end()
  patience.goOn(startMs + 2_000)
  vi.advanceTimersByTime(2_000)
  expect(atMs).toEqual([1_500, 3_500])
  expect(patience.fillers).toBe(2)
  patience.end()
})

it('looks again soon where there is nothing to fill', () => {
  let quiet = false
  const { patience, atMs, startMs } = waiting({ canFill: () => quiet })
  patience.begin(startMs)
  vi.advanceTimersByTime(2_600)
  quiet = true
  vi.advanceTimersByTime(250)
  expect(atMs).toEqual([2_750])
  patience.end()
})
