import { orTimeout } from '../abortable.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RamalStore } from '../providers/ramal-store.ts'
import type { Condominiums } from './condominiums.ts'

/** Reads the settings of condomínios again whenever it is told to: one read in flight, one pending. */
export interface CondominiumReader {
  /** Resolves when a read that began after this was asked is applied, or has failed. Never rejects. */
  read(): Promise<void>
}

const readLimitMs = 10_000

export function createCondominiumReader(o: {
  store: RamalStore
  condominiums: Condominiums
  onChanged(ids: readonly number[]): void
  signal: AbortSignal
  log: Log
}): CondominiumReader {
  const table = o.store.condominiums
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function readOnce(list: NonNullable<typeof table>['list']): Promise<void> {
    const { signal } = o
    try {
      const what = `reading condomínios from ${o.store.place}`
      const rows = await orTimeout(list({ signal }), { ms: readLimitMs, what, signal })
      const changed = o.condominiums.apply(rows)
      if (changed.length > 0) o.onChanged(changed)
    } catch (error) {
      if (signal.aborted) return
      o.log.warn({ error: messageOf(error) }, 'the settings of condomínios stay as they were')
    }
  }

  function begin(list: NonNullable<typeof table>['list']): Promise<void> {
    running = readOnce(list).finally(() => {
      running = null
    })
    return running
  }

  return {
    read() {
      if (table === undefined) return Promise.resolve()
      const list = table.list.bind(table)
      if (running === null) return begin(list)
      next ??= running.then(() => {
        next = null
        return begin(list)
      })
      return next
    },
  }
}
