import { type Log, ProviderError, type RamalStore, type StoreHint } from '@portaria/core/plugin'
import pg from 'pg'
import type { Subscriber } from 'pg-listen'
import { createConnector } from '../connection/connector.ts'
import { createDatabase } from '../connection/database.ts'
import { sqlState } from '../connection/explain.ts'
import type { Target } from '../connection/target.ts'
import { createCallHistory } from '../history/call-history.ts'
import { listen, type ListenEvent } from '../listener/listen.ts'
import { condominiumChannel, createCondominiums } from './condominiums.ts'
import { createEdit } from './edit.ts'
import { hintOf } from './hints.ts'
import { fileRow, selectAll, selectSome, table } from './table.ts'

/**
 * Ramais in `public.extension_ia`, as it stands in the field. Nothing is asked of the database before somebody reads:
 * one that is down is no reason not to start.
 */
export function createRamalStore(o: {
  target: Target
  channel: string
  pollSeconds: number
  log: Log
  signal: AbortSignal
  onSession?: (subscriber: Subscriber) => void
}): RamalStore & AsyncDisposable {
  const { target, log } = o
  const over = new AbortController()
  const living = AbortSignal.any([o.signal, over.signal])
  const until = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, living])
  const connector = createConnector(target)
  const database = createDatabase({ connector, log })

  const read = async (
    text: string,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<readonly unknown[]> => {
    try {
      return (await database.read(text, values, { signal: until(signal) })).map(fileRow)
    } catch (error) {
      if (sqlState(error) !== '42501') throw error
      const message = `${target.place}: this role may not read ramais; ${grantSelect(target)}`
      throw new ProviderError('postgres', message, { retryable: true, cause: error })
    }
  }

  return {
    place: target.place,
    url: target.url,
    list: ({ signal }) => read(selectAll, [], signal),
    get: async (ids, { signal }) =>
      ids.length === 0 ? [] : read(selectSome, [ids.map(String)], signal),
    async *watch({ signal }) {
      const events = listen({
        connector,
        database,
        channels: [o.channel, condominiumChannel],
        pollMs: o.pollSeconds * 1000,
        log,
        signal: until(signal),
        ...(o.onSession === undefined ? {} : { onSession: o.onSession }),
      })
      for await (const event of events) yield hintFrom(event)
    },
    edit: createEdit(database),
    history: createCallHistory({ database }),
    condominiums: createCondominiums({ database, log }),
    async [Symbol.asyncDispose]() {
      over.abort(new Error('The store is closed.'))
      await database[Symbol.asyncDispose]()
    },
  }
}

function hintFrom(event: ListenEvent): StoreHint {
  if (event.type !== 'notification') return event
  return event.channel === condominiumChannel ? { type: 'condominiums' } : hintOf(event.payload)
}

function grantSelect(target: Target): string {
  const role = target.user === undefined ? 'its role' : pg.escapeIdentifier(target.user)
  return `GRANT SELECT ON ${table} TO ${role};`
}
