import type { Snapshot } from './status.ts'

/** Changes this close together reach listeners as one. */
const mergeMs = 50

/** Makes the snapshot when somebody looks, and tells listeners when it is worth looking again. */
export interface StatusBoard extends Disposable {
  snapshot(): Snapshot
  subscribe(listener: () => void): () => void
  changed(): void
}

export function createStatusBoard(look: () => Snapshot): StatusBoard {
  const listeners = new Set<() => void>()
  let snapshot: Snapshot | null = null
  let timer: NodeJS.Timeout | null = null

  return {
    snapshot() {
      snapshot ??= Object.freeze(look())
      return snapshot
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed() {
      snapshot = null
      if (timer !== null || listeners.size === 0) return
      timer = setTimeout(() => {
        timer = null
        for (const listener of listeners) listener()
      }, mergeMs)
    },
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer)
      listeners.clear()
    },
  }
}
