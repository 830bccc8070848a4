import { setImmediate as nextTurn } from 'node:timers/promises'
import { orAbort } from '../abortable.ts'
import { type Clock, monotonic } from '../clock.ts'
import { ProviderError } from '../errors.ts'

export type PartLimits = {
  readonly name: string
  /** What is waited for, such as `a reply`. */
  readonly what: string
  /** Longest wait for the first part. */
  readonly firstMs: number
  /** Longest wait between two. */
  readonly nextMs: number
  /** Longest wait of all together; the time that the consumer takes does not count. */
  readonly totalMs: number
}

const partsAtOnce = 64

/** Waits for `work`, at most `ms`; then `stop` aborts, and a retryable ProviderError says what took too long. */
export async function inTime<T>(
  work: PromiseLike<T>,
  o: { name: string; what: string; ms: number; stop?: AbortController; signal?: AbortSignal },
): Promise<T> {
  const { stop = new AbortController() } = o
  const signals = o.signal === undefined ? [stop.signal] : [o.signal, stop.signal]
  const tooSlow = new ProviderError(o.name, `${o.name}: ${o.what} took more than ${o.ms} ms`, {
    retryable: true,
  })
  const timer = setTimeout(() => stop.abort(tooSlow), o.ms)
  try {
    return await orAbort(work, AbortSignal.any(signals))
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Passes parts on as long as they come in time. Otherwise `stop` aborts, and the consumer gets a retryable
 * ProviderError at once: a provider that ignores its signal is left behind.
 */
export async function* timedParts<T>(
  parts: AsyncIterable<T>,
  o: PartLimits & { stop: AbortController; signal: AbortSignal; clock?: Clock },
): AsyncGenerator<T> {
  const { clock = monotonic } = o
  const iterator = parts[Symbol.asyncIterator]()
  let leftMs = o.totalMs
  let limitMs = o.firstMs
  let ended = false
  try {
    for (let n = 1; ; n++) {
      // A provider may send faster than anybody reads: others have their turn, and timers theirs.
      if (n % partsAtOnce === 0) await nextTurn()
      const ms = Math.max(1, Math.round(Math.min(limitMs, leftMs)))
      const startedMs = clock()
      const next = await inTime(iterator.next(), { ...o, ms })
      leftMs -= clock() - startedMs
      limitMs = o.nextMs
      if (next.done === true) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    // Not awaited: a generator returns only when what it waits for has settled.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
