import { within } from '../within.ts'

/** Wakes who waits; a ring while nobody does is remembered. */
export interface Bell {
  ring(): void
  /** Resolves at a ring, after `ms`, or when the signal aborts: it never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let rung = Promise.withResolvers<void>()
  return {
    ring: () => rung.resolve(),
    async wait(ms, signal) {
      await within(rung.promise, Math.max(ms, 0), signal)
      rung = Promise.withResolvers<void>()
    },
  }
}
