import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RamalStore, StoreHint } from '../providers/ramal-store.ts'
import type { ReadLoop } from './read-loop.ts'
import type { SourceTracker } from './source-status.ts'

/** After a fault of the store itself, which should watch for ever. */
const againMs = 5_000

/** Takes a store's hints to the read loop until the signal aborts. Never rejects. */
export async function watchStore(
  watch: NonNullable<RamalStore['watch']>,
  o: {
    loop: Pick<ReadLoop, 'hint' | 'linkLost'>
    source: SourceTracker
    onCondominiums(): void
    /** The store can be reached, for the first time or again. */
    onLinked(): void
    signal: AbortSignal
    log: Log
  },
): Promise<void> {
  const { loop, source, signal } = o

  function take(hint: StoreHint): void {
    switch (hint.type) {
      case 'changed':
        source.hint('changed')
        if (hint.toldAt !== undefined) source.told(hint.toldAt)
        return loop.hint(hint.ids)
      case 'doubt':
        source.hint('doubt')
        o.onCondominiums()
        return loop.hint(null)
      case 'ignored':
        o.log.debug({ why: hint.why }, 'a notification is ignored')
        return source.hint('ignored')
      case 'condominiums':
        return o.onCondominiums()
      case 'link':
        source.link(hint.state, hint.why)
        loop.linkLost(hint.state === 'lost')
        if (hint.state === 'lost') return
        o.onLinked()
        o.onCondominiums()
        return loop.hint(null)
    }
  }

  while (!signal.aborted) {
    let why = 'the store stopped watching'
    try {
      for await (const hint of watch({ signal })) take(hint)
    } catch (error) {
      why = messageOf(error)
    }
    if (signal.aborted) return
    o.log.error({ error: why }, 'hints about ramais have ended: watching begins again')
    take({ type: 'link', state: 'lost', why })
    await pause(againMs, undefined, { signal }).catch(() => undefined)
  }
}
