import { ConfigError, type Log, messageOf } from '@portaria/core/plugin'
import { setTimeout as pause } from 'node:timers/promises'
import { migrate } from '../schema/migrate.ts'
import { bringUp, type Owned } from './bring-up.ts'
import { choosePlace, type Place } from './choose-place.ts'
import { createCluster, resetPassword } from './create-cluster.ts'
import {
  type Credentials,
  credentialsFile,
  makeCredentials,
  readCredentials,
  urlOf,
} from './credentials.ts'
import { runningPostmaster, stopPostmaster } from './postmaster.ts'
import { seed } from './seed.ts'

const firstRetryMs = 200
const lastRetryMs = 5_000

/** A PostgreSQL of our own that runs, migrated and seeded. Disposing stops it. */
export interface Embedded extends AsyncDisposable {
  /** Of a role that may do everything in this database; has its password. */
  readonly url: string
  /** For people: no password in it. */
  readonly place: string
}

/**
 * Starts the PostgreSQL of `<dataDir>/postgres`, on loopback and with a password of its own; the first time it is made,
 * later it is found as it was left, with the port it had when that is free. One that a killed process has left running
 * is taken over; one that ends under us is started again.
 *
 * Rejects with a ConfigError that says what mends it, also when another process uses the same folder.
 */
export async function startEmbedded(o: {
  dataDir: string
  log: Log
  signal: AbortSignal
}): Promise<Embedded> {
  const place = await choosePlace(o)
  const credentials = await credentialsOf(place, o)
  if (!place.exists) {
    o.log.info(
      { folder: place.cluster },
      'Making the database, which takes a moment the first time',
    )
    await createCluster(place, { password: credentials.password, signal: o.signal })
  }
  const owned = await bringUp({ ...o, place, credentials, keepPort: false })
  try {
    await migrate({ client: owned.session.client, log: o.log })
    await seed({ client: owned.session.client, dataDir: o.dataDir, log: o.log })
  } catch (error) {
    await stopPostmaster(place.cluster)
    throw error
  }
  const { port } = owned
  const stopping = new AbortController()
  const signal = AbortSignal.any([o.signal, stopping.signal])
  const kept = keepUp(owned, { ...o, place, credentials: { ...credentials, port }, signal })
  return {
    url: urlOf({ password: credentials.password, port }),
    place: `127.0.0.1:${port} (embedded, data in ${place.cluster})`,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await kept
      await stopPostmaster(place.cluster)
    },
  }
}

async function credentialsOf(
  place: Place,
  o: { dataDir: string; log: Log; signal: AbortSignal },
): Promise<Credentials> {
  const known = await readCredentials(o.dataDir)
  if (known !== null || !place.exists) return known ?? makeCredentials(o.dataDir)
  const running = await runningPostmaster(place.cluster)
  if (running !== null) {
    throw new ConfigError(
      `${credentialsFile(o.dataDir)} is gone while a PostgreSQL runs in ${place.cluster}: bring the file back, or stop` +
        ` that server (kill -INT ${running.pid}), and the next start sets a new password`,
    )
  }
  const made = await makeCredentials(o.dataDir)
  await resetPassword(place, { password: made.password, signal: o.signal })
  o.log.warn({}, `${credentialsFile(o.dataDir)} was gone: the database has a new password`)
  return made
}

/** Until the signal: whenever the session ends, because the server restarts or is gone, owns it or starts it again. */
async function keepUp(
  first: Owned,
  o: { place: Place; dataDir: string; credentials: Credentials; log: Log; signal: AbortSignal },
): Promise<void> {
  let { session } = first
  const aborted = new Promise<void>((resolve) => {
    o.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  while (!o.signal.aborted) {
    await Promise.race([session.ended, aborted])
    for (let waitMs = firstRetryMs; !o.signal.aborted; waitMs = Math.min(2 * waitMs, lastRetryMs)) {
      try {
        session = (await bringUp({ ...o, keepPort: true })).session
        o.log.warn({}, 'The embedded PostgreSQL had ended, and runs again')
        break
      } catch (error) {
        if (o.signal.aborted) break
        o.log.error({}, `${messageOf(error)} (trying again)`)
        await pause(waitMs, undefined, { signal: o.signal }).catch(() => undefined)
      }
    }
  }
}
