import { orAbort } from '@portaria/core/plugin'
import { lateness } from './failure.ts'

/** Settles with `work`; rejects with the signal's reason when it aborts, or with a retryable error after `ms`. */
export async function within<T>(
  work: PromiseLike<T>,
  o: { ms: number; what: string; signal?: AbortSignal },
): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(lateness(o.what, o.ms)), Math.max(0, o.ms))
  const signals = o.signal === undefined ? [late.signal] : [o.signal, late.signal]
  try {
    return await orAbort(work, AbortSignal.any(signals))
  } finally {
    clearTimeout(timer)
  }
}
