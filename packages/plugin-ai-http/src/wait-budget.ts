import { setTimeout as sleep } from 'node:timers/promises'
import { orAbort } from '@portaria/core/plugin'

/** The waits of one reply: together they last no longer than `ms`; what is done between them does not count. */
export interface WaitBudget {
  /** Aborts with the caller's signal, or with the error that says that time is over. */
  readonly signal: AbortSignal
  /** Settles as `work`, or rejects the moment `signal` aborts. */
  wait<T>(work: PromiseLike<T>): Promise<T>
  sleep(ms: number): Promise<void>
}

export function createWaitBudget(o: {
  ms: number
  tooLate: () => Error
  signal: AbortSignal
}): WaitBudget {
  const late = new AbortController()
  const signal = AbortSignal.any([o.signal, late.signal])
  let leftMs = o.ms

  async function wait<T>(work: PromiseLike<T>): Promise<T> {
    const startedMs = performance.now()
    const timer = setTimeout(() => late.abort(o.tooLate()), Math.max(0, leftMs))
    try {
      return await orAbort(work, signal)
    } finally {
      clearTimeout(timer)
      leftMs -= performance.now() - startedMs
    }
  }

  return { signal, wait, sleep: (ms) => wait(sleep(ms, undefined, { signal })) }
}
