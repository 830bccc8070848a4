import { orAbort } from '../abortable.ts'
import { monotonic } from '../clock.ts'

/** The waits for one answer: each has its limit, and so have all together; what is done between them does not count. */
export interface Waits {
  /** Aborts with the caller's signal, when a wait was too long, or when `leave` is called. */
  readonly signal: AbortSignal
  /** Settles as `work`, or rejects the moment `signal` aborts. `ms`: the limit of this wait. */
  readonly wait: <T>(work: PromiseLike<T>, ms?: number) => Promise<T>
  /** Nobody waits any more: ends what is still open. */
  readonly leave: () => void
}

export function createWaits(o: {
  totalMs: number
  tooLate: (ms: number) => Error
  signal: AbortSignal
}): Waits {
  const over = new AbortController()
  const signal = AbortSignal.any([o.signal, over.signal])
  let leftMs = o.totalMs
  return {
    signal,
    async wait(work, ms = o.totalMs) {
      const startedMs = monotonic()
      const late = (): void => over.abort(o.tooLate(ms <= leftMs ? ms : o.totalMs))
      const timer = setTimeout(late, Math.max(0, Math.min(ms, leftMs)))
      try {
        return await orAbort(work, signal)
      } finally {
        clearTimeout(timer)
        leftMs -= monotonic() - startedMs
      }
    },
    leave: () => over.abort(new Error('nobody waits any more')),
  }
}
