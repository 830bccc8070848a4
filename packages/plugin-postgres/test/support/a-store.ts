import type { RamalStore, StoreHint } from '@portaria/core/plugin'
import type { TestDatabase } from '@portaria/test-kit/test-database'
import type { Subscriber } from 'pg-listen'
import { targetOf } from '../../src/connection/target.ts'
import { options } from '../../src/options.ts'
import { createRamalStore } from '../../src/store/ramal-store.ts'
import { type Lines, linesOf } from './lines.ts'

export type AStore = RamalStore &
  AsyncDisposable & {
    /** What it logged. */
    readonly lines: Lines
    /** The sessions that listened, the last one last. */
    readonly sessions: Subscriber[]
    /** Every hint since it is watched. */
    readonly hints: StoreHint[]
    readonly signal: AbortSignal
  }

/** A store over the database, watched from the start; `given` are options of the plugin. */
export async function aStore(given: Record<string, unknown>): Promise<AStore> {
  const lines = linesOf()
  const parsed = options.parse(given)
  const sessions: Subscriber[] = []
  const hints: StoreHint[] = []
  const controller = new AbortController()
  const { signal } = controller
  const store = createRamalStore({
    target: await targetOf(parsed, lines.log),
    channel: parsed.channel,
    pollSeconds: parsed.pollSeconds,
    log: lines.log,
    signal,
    onSession: (session) => sessions.push(session),
  })
  const watching = (async () => {
    for await (const hint of store.watch?.({ signal }) ?? []) hints.push(hint)
  })().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    ...store,
    lines,
    sessions,
    hints,
    signal,
    async [Symbol.asyncDispose]() {
      controller.abort()
      await watching
      await store[Symbol.asyncDispose]()
    },
  }
}

/** The options for a test database, through a proxy's port where one is given. */
export function optionsOf(database: TestDatabase, port = database.port): { url: string } {
  const url = new URL(database.url)
  url.port = String(port)
  return { url: url.href }
}

/** The states of the link one after the other; a state that was told again with another reason is one. */
export function links(store: AStore): string[] {
  return store.hints
    .flatMap((hint) => (hint.type === 'link' ? [hint.state] : []))
    .filter((state, index, all) => state !== all[index - 1])
}

export function changedIds(store: AStore): number[] {
  return store.hints.flatMap((hint) => (hint.type === 'changed' ? hint.ids : []))
}
