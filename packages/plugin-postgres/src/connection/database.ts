import type { Socket } from 'node:net'
import { isProviderError, type Log, orAbort } from '@portaria/core/plugin'
import pg from 'pg'
import type { Connector } from './connector.ts'
import { explain, isLinkError } from './explain.ts'

/** A few connections for reads and writes, apart from the session that listens. */
export interface Database extends AsyncDisposable {
  readonly pool: pg.Pool
  /** For what may be sent twice: a pooled connection that turns out to be dead is replaced. Rejects with a ProviderError. */
  read(
    text: string,
    values: readonly unknown[],
    o: { signal: AbortSignal },
  ): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** All or nothing, and never sent twice. What `work` throws is thrown as it is, an error of the server as a ProviderError. */
  transaction<T>(
    work: (client: pg.PoolClient) => Promise<T>,
    o: { signal: AbortSignal },
  ): Promise<T>
  /** Lets go of every connection, dead or alive: what waits on one fails now. */
  dropConnections(): void
}

const connections = 3
/** Longer than the proof of the listener comes, so that one connection is always warm. */
const idleTimeoutMs = 60_000

export function createDatabase(o: { connector: Connector; log: Log }): Database {
  const { connector, log } = o
  const sockets = new Set<Socket>()
  const onSocket = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const pool = new pg.Pool({
    max: connections,
    idleTimeoutMillis: idleTimeoutMs,
    Client: class extends pg.Client {
      constructor() {
        super(connector.config({ onSocket }))
        // An error that nobody listens to would end the process, and one may come in the same packet as the end of the
        // handshake, before anybody can. What waits on the connection rejects with the same.
        this.on('error', () => undefined)
      }
    },
  })
  // An idle connection that ends: the pool has let go of it.
  pool.on('error', (error) => log.debug({ err: error }, 'An idle connection ended.'))

  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy()
  }

  const failure = (error: unknown, signal: AbortSignal): unknown =>
    signal.aborted ? signal.reason : explain(error, connector.target)

  const withClient = async <T>(
    work: (client: pg.PoolClient) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    signal.throwIfAborted()
    const connecting = connector.open(() => pool.connect())
    const client = await orAbort(connecting, signal).catch((error: unknown) => {
      connecting.then(
        (late) => late.release(),
        () => undefined,
      )
      throw error
    })
    let broken = true
    try {
      const result = await orAbort(work(client), signal)
      broken = false
      return result
    } catch (error) {
      broken = signal.aborted || isLinkError(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  return {
    pool,
    dropConnections,
    async read(text, values, { signal }) {
      for (let left = connections; ; left--) {
        try {
          return await withClient(
            async (client) => (await client.query(text, [...values])).rows,
            signal,
          )
        } catch (error) {
          if (left === 0 || signal.aborted || !isStale(error)) throw failure(error, signal)
        }
      }
    },
    async transaction(work, { signal }) {
      try {
        return await withClient(async (client) => inTransaction(client, work), signal)
      } catch (error) {
        throw error instanceof pg.DatabaseError || isLinkError(error)
          ? failure(error, signal)
          : error
      }
    },
    async [Symbol.asyncDispose]() {
      const ended = pool.end()
      dropConnections()
      await ended
    },
  }
}

async function inTransaction<T>(
  client: pg.PoolClient,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    if (!isLinkError(error)) await client.query('ROLLBACK')
    throw error
  }
}

/** An open connection failed: it may have been dead for long. */
function isStale(error: unknown): boolean {
  return !isProviderError(error) && isLinkError(error)
}
