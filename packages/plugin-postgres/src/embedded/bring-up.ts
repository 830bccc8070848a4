import { ConfigError, type Log } from '@portaria/core/plugin'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { pid } from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Place } from './choose-place.ts'
import { type Credentials, credentialsFile, writeCredentials } from './credentials.ts'
import { explainFailure } from './explain-failure.ts'
import { claimServer, type OwnerSession } from './owner-session.ts'
import {
  type Postmaster,
  runningPostmaster,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts'

/** Not PostgreSQL's own, which another server of the machine may want, and below the ports of outgoing connections. */
const firstPort = 5433
const portCount = 100

const stuckMs = 60_000
const pollMs = 50

/** The cause of the error when another process has the server. */
export const inUse = Symbol('in use')

export type Owned = { readonly session: OwnerSession; readonly port: number }

/**
 * Owns the server of this cluster: the one that a killed process has left is taken over, else one is started. The
 * lock of its session decides between two who try at once. `keepPort`: on the port it had, or not at all.
 */
export async function bringUp(o: {
  place: Place
  dataDir: string
  credentials: Credentials
  keepPort: boolean
  log: Log
  signal: AbortSignal
}): Promise<Owned> {
  const { cluster } = o.place
  let { port } = o.credentials
  let stuckSinceMs = performance.now()
  for (;;) {
    o.signal.throwIfAborted()
    const running = await runningPostmaster(cluster)
    if (running === null) {
      port = await start({ ...o, port })
      stuckSinceMs = performance.now()
      continue
    }
    const owned = await claim(running, o)
    if (owned !== null) {
      const saved = { password: o.credentials.password, port: owned.port }
      if (owned.port !== o.credentials.port) await writeCredentials(o.dataDir, saved)
      return owned
    }
    if (performance.now() - stuckSinceMs > stuckMs) {
      o.log.warn(
        { pid: running.pid },
        'The PostgreSQL that was left running does not answer: stopping it',
      )
      await stopPostmaster(cluster)
      stuckSinceMs = performance.now()
    }
    await pause(pollMs)
  }
}

/** Resolves with the port that is tried next, whether the server is up or somebody else was faster. */
async function start(o: {
  place: Place
  port: number | null
  keepPort: boolean
  signal: AbortSignal
}): Promise<number> {
  const had = o.port
  const port =
    had !== null && (o.keepPort || (await isFree(had))) ? had : await freePort(o.place.cluster)
  try {
    await startPostmaster(o.place, { port, signal: o.signal })
    return port
  } catch (error) {
    o.signal.throwIfAborted()
    const said = String(error)
    if (/lock file "postmaster\.pid" already exists/.test(said)) return port
    if (!o.keepPort && /could not bind|could not create any TCP\/IP sockets/.test(said)) {
      return freePort(o.place.cluster, port)
    }
    throw explainFailure(error, o.place)
  }
}

/** Null: not yet, it starts or stops. */
async function claim(
  running: Postmaster,
  o: { place: Place; dataDir: string; credentials: Credentials },
): Promise<Owned | null> {
  if (running.port === null) return null
  const { password } = o.credentials
  try {
    const name = `portaria serve, pid ${pid}`
    const claimed = await claimServer({ password, port: running.port, name })
    if (claimed.status === 'owned') return { session: claimed.session, port: running.port }
    throw new ConfigError(
      `The database in ${o.place.cluster} is in use by ${claimed.by}: stop that one, or take another --data-dir`,
      { cause: inUse },
    )
  } catch (error) {
    const code: unknown = (error as { code?: unknown }).code
    if (code === '28P01') {
      throw new ConfigError(
        `${credentialsFile(o.dataDir)} has not the password of the PostgreSQL that runs in ${o.place.cluster}: put the` +
          ` right one back, or stop that server (kill -INT ${running.pid}) and remove the file, and the next start sets a new one`,
        { cause: error },
      )
    }
    // cannot_connect_now, admin_shutdown and crash_shutdown; no listener; a session cut in its beginning.
    const passes = ['57P03', '57P01', '57P02', 'ECONNREFUSED', 'ECONNRESET'].includes(String(code))
    if (passes || /Connection terminated|timeout/i.test(String(error))) return null
    throw explainFailure(error, o.place)
  }
}

/** The first free one from a place of the cluster's own onwards, so that several servers seldom meet. */
async function freePort(cluster: string, tried?: number): Promise<number> {
  const own = createHash('sha256').update(cluster).digest().readUInt16BE() % portCount
  const ports = Array.from({ length: portCount }, (_, i) => firstPort + ((own + i) % portCount))
  for (const port of ports) if (port !== tried && (await isFree(port))) return port
  throw new ConfigError(
    `No port of 127.0.0.1 from ${firstPort} to ${firstPort + portCount - 1} is free for the embedded PostgreSQL:` +
      ' free one, or set DATABASE_URL',
  )
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    await once(server.close(), 'close')
    return true
  } catch {
    return false
  }
}
