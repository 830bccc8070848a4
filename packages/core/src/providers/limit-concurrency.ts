import { orAbort } from '../abortable.ts'
import { ProviderError } from '../errors.ts'

/** Lets a few work at a time; the others wait in order. */
export interface Limiter {
  /**
   * Resolves with the way to give the place back, which may be called again. Rejects with the signal's reason, or with a
   * retryable ProviderError when too many wait, or one waited too long.
   */
  acquire(signal: AbortSignal): Promise<() => void>
  readonly active: number
  readonly waiting: number
}

export type LimiterOptions = {
  /** Names what is limited, and by which setting, in errors. */
  readonly name: string
  readonly max: number
  /** Default 1,000. */
  readonly maxWaiting?: number
  /** Default 5,000. */
  readonly longestWaitMs?: number
}

export function createLimiter(o: LimiterOptions): Limiter {
  const { name, max, maxWaiting = 1_000, longestWaitMs = 5_000 } = o
  const queue = new Set<() => void>()
  let active = 0

  function take(): () => void {
    active += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      active -= 1
      const [next] = queue
      next?.()
    }
  }

  function busy(what: string): ProviderError {
    return new ProviderError(name, `${name}: ${what}; ${max} at a time are allowed`, {
      retryable: true,
    })
  }

  return {
    async acquire(signal) {
      signal.throwIfAborted()
      if (active < max && queue.size === 0) return take()
      if (queue.size >= maxWaiting) throw busy(`${queue.size} wait already`)
      const turn = Promise.withResolvers<() => void>()
      const enter = (): void => {
        queue.delete(enter)
        turn.resolve(take())
      }
      queue.add(enter)
      const giveUp = (): void => turn.reject(busy(`no place within ${longestWaitMs} ms`))
      const timer = setTimeout(giveUp, longestWaitMs)
      try {
        return await orAbort(turn.promise, signal)
      } catch (error) {
        // A place that came in the same moment goes to the next.
        if (!queue.delete(enter))
          void turn.promise.then((release) => release()).catch(() => undefined)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    get active() {
      return active
    },
    get waiting() {
      return queue.size
    },
  }
}
