import { orAbort } from '@portaria/core/plugin'

/** From callbacks to an async iterable of one reader; bounded. */
export interface EventQueue<T> {
  push(event: T): void
  /** Ends by rejecting with the signal's reason. */
  read(signal: AbortSignal): AsyncGenerator<T, never>
}

/** A reader that lets `limit` events lie finds `overflow` in their place. */
export function createEventQueue<T>(o: { limit: number; overflow: T }): EventQueue<T> {
  let events: T[] = []
  let arrival = Promise.withResolvers<void>()
  return {
    push(event) {
      if (events.length >= o.limit) events = [o.overflow]
      events.push(event)
      arrival.resolve()
    },
    async *read(signal) {
      for (;;) {
        await orAbort(arrival.promise, signal)
        const ready = events
        events = []
        arrival = Promise.withResolvers()
        yield* ready
      }
    },
  }
}
