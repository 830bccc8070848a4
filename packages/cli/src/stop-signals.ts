/** npm hands a terminal's signal on a second time within a millisecond. */
const sameSignalMs = 1_000

/** What the system asks a daemon. */
export type StopSignals = Disposable & {
  /** Resolves with the first signal's name. */
  readonly first: Promise<NodeJS.Signals>
}

/** SIGTERM, SIGINT and SIGHUP ask to stop; one that follows within a second is the same, a later one hurries. */
export function listenForStop(hurry: () => void): StopSignals {
  const first = Promise.withResolvers<NodeJS.Signals>()
  const names = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  let lastMs: number | null = null
  const onSignal = (name: NodeJS.Signals): void => {
    const nowMs = performance.now()
    const again = lastMs !== null
    const same = lastMs !== null && nowMs - lastMs < sameSignalMs
    if (!same) lastMs = nowMs
    if (!again) first.resolve(name)
    else if (!same) hurry()
  }
  for (const name of names) process.on(name, onSignal)
  return {
    first: first.promise,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
