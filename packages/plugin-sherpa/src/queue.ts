/** Things on their way from the child to one consumer. */
export type Queue<T> = {
  push(item: T): void
  /** The consumer gets what is there, and then the end or the error. The first one counts. */
  end(): void
  fail(error: unknown): void
  readonly items: AsyncIterable<T>
}

/** `onLeft` is called when the consumer stops before the end. */
export function createQueue<T>(onLeft: () => void = () => undefined): Queue<T> {
  const waiting: T[] = []
  let over: { readonly error?: unknown } | null = null
  let wake = (): void => {}
  const finish = (how: { readonly error?: unknown }): void => {
    over ??= how
    wake()
  }
  async function* drain(): AsyncGenerator<T> {
    try {
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) yield item
        else if (over === null) await new Promise<void>((resolve) => (wake = resolve))
        else if ('error' in over) throw over.error
        else return
      }
    } finally {
      if (over === null) onLeft()
    }
  }
  return {
    push(item) {
      if (over !== null) return
      waiting.push(item)
      wake()
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    items: drain(),
  }
}
