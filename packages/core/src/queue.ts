/** Things on their way from callbacks to one consumer. */
export interface Queue<T> {
  readonly push: (item: T) => void
  /** The consumer gets what is there, and then the end, or the error. The first one counts. */
  readonly end: () => void
  readonly fail: (error: unknown) => void
  readonly items: AsyncIterable<T>
}

/**
 * `onLeft` is called when the consumer stops before the end. Once `signal` has aborted the consumer gets its reason and
 * nothing of what still waits; a consumer that waits itself is woken by `fail`.
 */
export function createQueue<T>(o: { onLeft?: () => void; signal?: AbortSignal } = {}): Queue<T> {
  const waiting: T[] = []
  let over: { readonly error: unknown } | 'ended' | null = null
  let wake = (): void => {}

  function finish(how: { readonly error: unknown } | 'ended'): void {
    over ??= how
    wake()
  }

  async function* drain(): AsyncGenerator<T> {
    try {
      for (;;) {
        o.signal?.throwIfAborted()
        const next = waiting.shift()
        if (next !== undefined) yield next
        else if (over === 'ended') return
        else if (over !== null) throw over.error
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      if (over === null) o.onLeft?.()
    }
  }

  return {
    push(item) {
      if (over !== null) return
      waiting.push(item)
      wake()
    },
    end: () => finish('ended'),
    fail: (error) => finish({ error }),
    items: drain(),
  }
}
