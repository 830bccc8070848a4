import { afterEach, describe, expect, test, vi } from 'vitest'
import { createPacer } from '../../src/audio/pacer.ts'

afterEach(() => vi.useRealTimers())

/** A pacer on a clock that the test moves; timers run in the same virtual time. */
type VirtualTime = {
  pacer: ReturnType<typeof createPacer>
  run: (ms: number) => void
  stall: (ms: number) => void
}

function onVirtualTime(): VirtualTime {
  vi.useFakeTimers()
  let stalledMs = 0
  const startMs = Date.now()
  return {
    pacer: createPacer({ clock: () => Date.now() - startMs + stalledMs }),
    run: (ms) => void vi.advanceTimersByTime(ms),
    /** The clock goes on, but no timer runs: a blocked event loop. */
    stall: (ms) => void (stalledMs += ms),
  }
}

describe('the pacer', () => {
  test('ticks first within 5 ms, then every 20 ms', () => {
    const { pacer, run } = onVirtualTime()
    const at: number[] = []
    pacer.add((nowMs) => at.push(nowMs))
    run(100)
    expect(at).toEqual([5, 25, 45, 65, 85])
  })

  test('gives a leg that comes later its own slot, also within 5 ms', () => {
    const { pacer, run } = onVirtualTime()
    const at: number[] = []
    pacer.add(() => undefined)
    run(12)
    pacer.add((nowMs) => at.push(nowMs))
    run(60)
    expect(at).toEqual([15, 35, 55])
  })

  test('keeps to the deadlines over an hour: lateness does not add up', () => {
    vi.useFakeTimers()
    let ticks = 0
    // Every reading of the clock takes 0.3 ms more than the timers know.
    let readings = 0
    const pacer = createPacer({ clock: () => Date.now() + 0.3 * (readings++ % 3) })
    pacer.add(() => ticks++)
    vi.advanceTimersByTime(3_600_000)
    expect(Math.abs(ticks - 180_000)).toBeLessThanOrEqual(1)
  })

  test('makes up for a stall of 60 ms at once, and is not ahead afterwards', () => {
    const { pacer, run, stall } = onVirtualTime()
    const at: number[] = []
    pacer.add((nowMs) => at.push(nowMs))
    run(30)
    stall(60)
    run(100)
    expect(at).toEqual([5, 25, 95, 95, 95, 105, 125, 145, 165, 185])
  })

  test('does not burst after a long stall: one frame, then the usual pace', () => {
    const { pacer, run, stall } = onVirtualTime()
    const at: number[] = []
    pacer.add((nowMs) => at.push(nowMs))
    run(30)
    stall(3_000)
    run(60)
    expect(at.slice(0, 2)).toEqual([5, 25])
    expect(at.slice(2)).toEqual([3_035, 3_045, 3_065, 3_085])
  })

  test('does not make a leg catch up on time before it came', () => {
    const { pacer, run, stall } = onVirtualTime()
    const at: number[] = []
    pacer.add(() => undefined)
    run(6)
    stall(80)
    pacer.add((nowMs) => at.push(nowMs))
    run(25)
    expect(at).toEqual([90, 110])
  })

  test('has no timer while no leg is there', () => {
    const { pacer, run } = onVirtualTime()
    expect(vi.getTimerCount()).toBe(0)
    const stop = pacer.add(() => undefined)
    run(50)
    expect(vi.getTimerCount()).toBe(1)
    stop()
    stop()
    expect(pacer.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('lets legs go and come from within a tick', () => {
    const { pacer, run } = onVirtualTime()
    const at: string[] = []
    let stop = (): void => undefined
    const restart = (): void => {
      at.push('first')
      stop()
      stop = pacer.add(() => at.push('second'))
    }
    stop = pacer.add(restart)
    run(50)
    expect(at).toEqual(['first', 'second', 'second', 'second'])
    expect(pacer.size).toBe(1)
    expect(vi.getTimerCount()).toBe(1)
  })

  test('plays to nobody once disposed', () => {
    const { pacer, run } = onVirtualTime()
    const tick = vi.fn<() => void>()
    const stop = pacer.add(tick)
    pacer[Symbol.dispose]()
    stop()
    run(100)
    expect(tick).not.toHaveBeenCalled()
    expect(pacer.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('plays what is due when poked, and nothing twice', () => {
    const { pacer, run, stall } = onVirtualTime()
    const at: number[] = []
    pacer.poke?.()
    pacer.add((nowMs) => at.push(nowMs))
    run(5)
    pacer.poke?.()
    stall(22)
    pacer.poke?.()
    pacer.poke?.()
    expect(at).toEqual([5, 27])
    run(40)
    expect(at).toEqual([5, 27, 45, 65])
  })

  test('says how late it was', () => {
    const { pacer, run, stall } = onVirtualTime()
    pacer.add(() => undefined)
    run(1_000)
    expect(pacer.lateness).toMatchObject({ max: 0, p99: 0 })
    stall(40)
    run(1_000)
    expect(pacer.lateness.max).toBeGreaterThanOrEqual(36)
    expect(pacer.lateness.max).toBeLessThanOrEqual(41)
    expect(pacer.lateness.p50).toBe(0.25)
  })

  test('holds 20 ms on the real clock', async () => {
    using pacer = createPacer()
    const at: number[] = []
    const startMs = performance.now()
    await new Promise<void>((resolve) => {
      const stop = pacer.add((nowMs) => {
        at.push(nowMs)
        if (at.length < 26) return
        stop()
        resolve()
      })
    })
    // Late as this machine may be, never early.
    const tookMs = (at.at(-1) ?? 0) - startMs
    expect(tookMs).toBeGreaterThanOrEqual(500)
    expect(tookMs).toBeLessThan(5_000)
  })
})
