/** Does one thing after another. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Rejects what has not begun when the signal aborts. */
export function createTurns(signal: AbortSignal): {
  readonly inTurn: InTurn
  settled(): Promise<void>
} {
  let last: Promise<unknown> = Promise.resolve()
  return {
    inTurn: (work) => {
      const mine = last.then(() => {
        signal.throwIfAborted()
        return work()
      })
      last = mine.catch(() => undefined)
      return mine
    },
    async settled() {
      await last
    },
  }
}
