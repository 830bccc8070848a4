/** Things on their way to one consumer. */
export interface Queue<T> {
  readonly push: (item: T) => void
  /** The consumer gets what is there, and then the end or the error. The first one counts. */
  readonly end: () => void
  readonly fail: (error: unknown) => void
  /** The next thing; undefined at the end. */
  readonly next: () => Promise<T | undefined>
}

export function createQueue<T>(): Queue<T> {
  const waiting: T[] = []
  let over: { readonly error?: unknown } | null = null
  let wake = (): void => {}
  const finish = (how: { readonly error?: unknown }): void => {
    over ??= how
    wake()
  }
  return {
    push(item) {
      if (over !== null) return
      waiting.push(item)
      wake()
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    async next() {
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) return item
        if (over !== null) {
          if ('error' in over) throw over.error
          return undefined
        }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
