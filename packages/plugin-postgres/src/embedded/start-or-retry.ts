import { type Log, messageOf } from '@portaria/core/plugin'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inUse } from './bring-up.ts'
import { readCredentials, urlOf } from './credentials.ts'
import { type Embedded, startEmbedded } from './start-embedded.ts'

type Options = { dataDir: string; log: Log; signal: AbortSignal }

const firstRetryMs = 2_000
const lastRetryMs = 30_000

/**
 * As `startEmbedded`, but a database that has served before and cannot be started now (a full disk, damaged data) must
 * not leave a building without a door: it resolves all the same, the address answers to nobody, as of a server that is
 * down, and the start is tried again for ever. Rejects where there was no database yet, and where another process has it.
 */
export async function startOrRetry(o: Options): Promise<Embedded> {
  try {
    return await startEmbedded(o)
  } catch (error) {
    const known = await readCredentials(o.dataDir).catch(() => null)
    const isOthers = error instanceof Error && error.cause === inUse
    if (o.signal.aborted || isOthers || known === null || known.port === null) throw error
    o.log.error({}, `${messageOf(error)}. What was served last serves; this is tried again`)
    return keepTrying(o, { password: known.password, port: known.port })
  }
}

function keepTrying(o: Options, known: { password: string; port: number }): Embedded {
  const url = urlOf(known)
  const stopping = new AbortController()
  const signal = AbortSignal.any([o.signal, stopping.signal])

  async function tryOn(): Promise<Embedded | null> {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(2 * waitMs, lastRetryMs)) {
      await pause(waitMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return null
      try {
        const server = await startEmbedded({ ...o, signal })
        if (server.url === url) o.log.warn({}, 'The embedded PostgreSQL runs again')
        else o.log.error({}, `The embedded PostgreSQL runs at ${server.place}: restart Portaria`)
        return server
      } catch (error) {
        if (!signal.aborted) o.log.warn({}, `${messageOf(error)} (trying again)`)
      }
    }
  }

  const trying = tryOn()
  return {
    url,
    place: `127.0.0.1:${known.port} (embedded, data in ${join(o.dataDir, 'postgres')})`,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const server = await trying
      await server?.[Symbol.asyncDispose]()
    },
  }
}
