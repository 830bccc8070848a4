import { type Clock, monotonic } from '../clock.ts'
import { frameMs } from './frames.ts'

/** How late slots were played, in ms, over the pacer's life. Exact to a quarter of a millisecond. */
export type Lateness = {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** One shared 20 ms clock for every leg of the daemon. */
export interface Pacer extends Disposable {
  /** Ticks every 20 ms from the next slot on (within 5 ms); returns the way to stop. `tick` must not throw. */
  add(tick: (nowMs: number) => void): () => void
  /**
   * Plays what is due. Called where the event loop spends its time: a timer waits until every socket that has
   * something to read was served, 15 ms with 1,000 calls, and sound must not.
   */
  poke?(): void
  /** Legs that tick. */
  readonly size: number
  readonly lateness: Lateness
}

type Leg = { readonly tick: (nowMs: number) => void; readonly fromSlot: number }

const slotMs = 5
const slotCount = frameMs / slotMs
/** A stall up to this is made good at once (5 frames a leg); after a longer one each leg plays one frame and goes on. */
const maxCatchUpSlots = 100 / slotMs

/**
 * A wheel of four slots of 5 ms behind one timer. Slot n is due at start + n x 5 ms, so a late timer never
 * adds up: it plays every slot that is due. The start moves only while no leg is there.
 */
export function createPacer(o: { clock?: Clock } = {}): Pacer {
  const clock = o.clock ?? monotonic
  const wheel: readonly Set<Leg>[] = Array.from({ length: slotCount }, () => new Set<Leg>())
  const histogram = createHistogram()
  let size = 0
  let startMs = 0
  let played = 0
  let timer: NodeJS.Timeout | undefined

  function arm(): void {
    const waitMs = startMs + (played + 1) * slotMs - clock()
    timer = setTimeout(wake, Math.max(1, Math.ceil(waitMs)))
  }

  function wake(): void {
    timer = undefined
    try {
      playDue()
    } finally {
      if (size > 0 && timer === undefined) arm()
    }
  }

  function playDue(): void {
    const due = Math.floor((clock() - startMs) / slotMs)
    if (due - played > maxCatchUpSlots) {
      histogram.record(clock() - (startMs + (played + 1) * slotMs))
      played = due - slotCount
    }
    const startedAs = startMs
    while (played < due && size > 0 && startMs === startedAs) playSlot(++played)
  }

  function playSlot(slot: number): void {
    const nowMs = clock()
    histogram.record(nowMs - (startMs + slot * slotMs))
    const legs = wheel[slot % slotCount]
    if (legs === undefined) return
    for (const leg of legs) if (leg.fromSlot <= slot) leg.tick(nowMs)
  }

  function remove(leg: Leg): void {
    if (!wheel[leg.fromSlot % slotCount]?.delete(leg)) return
    size--
    if (size > 0) return
    clearTimeout(timer)
    timer = undefined
  }

  return {
    add(tick) {
      // Slots keep their numbers, so that a leg that is added while slot n plays begins with a later one.
      if (size === 0) startMs = clock() - played * slotMs
      const fromSlot = Math.max(played, Math.floor((clock() - startMs) / slotMs)) + 1
      const leg: Leg = { tick, fromSlot }
      wheel[fromSlot % slotCount]?.add(leg)
      size++
      if (size === 1 && timer === undefined) arm()
      return () => remove(leg)
    },
    poke() {
      if (size > 0 && clock() >= startMs + (played + 1) * slotMs) playDue()
    },
    get size() {
      return size
    },
    get lateness() {
      return histogram.read()
    },
    [Symbol.dispose]() {
      for (const legs of wheel) legs.clear()
      size = 0
      clearTimeout(timer)
      timer = undefined
    },
  }
}

const bucketsPerMs = 4

/** Counts in quarters of a millisecond up to 100 ms; what is above is in the last bucket and in `max`. */
function createHistogram(): { record(lateMs: number): void; read(): Lateness } {
  const buckets = new Uint32Array(100 * bucketsPerMs + 1)
  let count = 0
  let max = 0

  function quantile(q: number): number {
    let left = Math.ceil(q * count)
    for (let i = 0; i < buckets.length; i++) {
      left -= buckets[i] ?? 0
      if (left <= 0) return Math.min(max, (i + 1) / bucketsPerMs)
    }
    return max
  }

  return {
    record(lateMs) {
      const bucket = Math.min(buckets.length - 1, Math.max(0, Math.floor(lateMs * bucketsPerMs)))
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count++
      if (lateMs > max) max = lateMs
    },
    read: () => ({ count, p50: quantile(0.5), p99: quantile(0.99), max }),
  }
}
