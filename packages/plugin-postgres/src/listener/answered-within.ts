import { setImmediate as afterReading } from 'node:timers/promises'

/**
 * Settles with `work`, or rejects with `late()` after `ms`. A process that was itself held up does not blame the peer:
 * what arrived meanwhile is read before it is late. A rejection of `work` after that is nobody's.
 */
export async function answeredWithin<T>(
  work: Promise<T>,
  o: { ms: number; late: () => Error },
): Promise<T> {
  const over = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    void afterReading().then(() => over.reject(o.late()))
  }, o.ms)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    clearTimeout(timer)
  }
}
