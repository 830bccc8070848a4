import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, monotonic } from './clock.ts'

/** Long work is cut into slices, so that frames, which are due every 20 ms, flow between them. */
export type Slices = {
  /** To be awaited between two steps: lets everything else run when the slice is over. */
  rest(): Promise<void>
}

/** `sliceMs` is 2 by default. */
export function createSlices(o: { sliceMs?: number; clock?: Clock } = {}): Slices {
  const sliceMs = o.sliceMs ?? 2
  const clock = o.clock ?? monotonic
  let sinceMs = clock()
  return {
    async rest() {
      if (clock() - sinceMs < sliceMs) return
      await nextTurn()
      sinceMs = clock()
    },
  }
}
