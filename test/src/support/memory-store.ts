import { setTimeout as pause } from 'node:timers/promises'
import { ProviderError, type RamalStore, type StoreHint } from '@portaria/core/plugin'

export type Row = {
  id: number
  ramal_ia: string
  ramal_retorno: string
  ip_servidor: string
  porta_ia: unknown
  porta_retorno: unknown
  condominio_id: number
}

/** A row in the shape of the table, on loopback. */
export function aRow(id: number, ports: readonly [unknown, unknown], change: object = {}): Row {
  return {
    id,
    ramal_ia: String(1000 + id * 10),
    ramal_retorno: String(1001 + id * 10),
    ip_servidor: '127.0.0.1',
    porta_ia: ports[0],
    porta_retorno: ports[1],
    condominio_id: 1,
    ...change,
  }
}

/** A table in memory whose changes are told as a database tells them, and that can be away. */
export interface MemoryStore extends RamalStore {
  /** What the table holds. Changed here, nobody is told. */
  readonly rows: Map<number, Row>
  put(...rows: Row[]): void
  drop(...ids: number[]): void
  hint(hint: StoreHint): void
  /** Cannot be read any more, and its link is lost; notifications are lost too. */
  goAway(): void
  comeBack(): void
  readonly reads: { full: number; ids: number }
}

export function createMemoryStore(
  rows: readonly Row[] = [],
  o: { isAway?: boolean } = {},
): MemoryStore {
  const table = new Map(rows.map((row) => [row.id, row]))
  const reads = { full: 0, ids: 0 }
  const watchers = new Set<(hint: StoreHint) => void>()
  let isAway = o.isAway ?? false

  const tell = (hint: StoreHint): void => {
    for (const watcher of watchers) watcher(hint)
  }
  const readable = async (): Promise<void> => {
    await pause(1)
    if (isAway) throw new ProviderError('memory', 'it is away', { retryable: true })
  }
  const changed = (ids: readonly number[]): void => {
    if (!isAway) tell({ type: 'changed', ids })
  }
  const put = (...changes: Row[]): void => {
    for (const row of changes) table.set(row.id, row)
    changed(changes.map(({ id }) => id))
  }
  const drop = (...ids: number[]): void => {
    for (const id of ids) table.delete(id)
    changed(ids)
  }

  return {
    place: 'a table in memory',
    url: null,
    rows: table,
    reads,
    put,
    drop,
    hint: tell,
    goAway() {
      isAway = true
      tell({ type: 'link', state: 'lost', why: 'it went away' })
    },
    comeBack() {
      isAway = false
      tell({ type: 'link', state: 'live' })
    },
    async list() {
      reads.full += 1
      await readable()
      return [...table.values()]
    },
    async get(ids) {
      reads.ids += 1
      await readable()
      return ids.flatMap((id) => table.get(id) ?? [])
    },
    async *watch({ signal }) {
      const queue: StoreHint[] = [
        isAway
          ? { type: 'link', state: 'lost', why: 'it is away' }
          : { type: 'link', state: 'live' },
      ]
      let wake = Promise.withResolvers<void>()
      const onHint = (hint: StoreHint): void => {
        queue.push(hint)
        wake.resolve()
      }
      const stop = (): void => wake.resolve()
      watchers.add(onHint)
      signal.addEventListener('abort', stop, { once: true })
      try {
        while (!signal.aborted) {
          yield* queue.splice(0)
          await wake.promise
          wake = Promise.withResolvers()
        }
      } finally {
        watchers.delete(onHint)
        signal.removeEventListener('abort', stop)
      }
    },
    edit: {
      async create(draft) {
        await readable()
        const id = Math.max(0, ...table.keys()) + 1
        table.set(id, { id, ...draft })
        return id
      },
      async change(id, change) {
        await readable()
        const row = table.get(id)
        if (row === undefined) return 'missing'
        table.set(id, { ...row, ...change } as Row)
        return 'changed'
      },
      async remove(id) {
        await readable()
        return table.delete(id) ? 'removed' : 'missing'
      },
    },
  }
}
