import { Socket } from 'node:net'
import type { ClientConfig } from 'pg'
import { explain, sqlState } from './explain.ts'
import { type Target } from './target.ts'
import { mayHelpToChangeTls, type Tls, tlsWays } from './tls.ts'

/** A server that does not answer a new connection within this is tried again. */
const connectTimeoutMs = 4000
/** The server ends what takes longer: a read that waits for a lock leaves no backend behind. */
const statementTimeoutMs = 30_000

/** How connections to one database are opened. */
export interface Connector {
  readonly target: Target
  /** For one client of pg, in the way that the server is believed to accept. `onSocket` is given what it speaks through. */
  config(o?: { onSocket?: (socket: Socket) => void }): ClientConfig
  /**
   * Runs `attempt`, which opens a connection with `config()`; again when the server may accept another way. Rejects
   * with a ProviderError that says how to mend it.
   */
  open<T>(attempt: () => Promise<T>): Promise<T>
}

type Way = {
  readonly tls: Tls
  /** Whether time-outs are named in the start-up message: PgBouncer refuses a connection that does. */
  readonly timeouts: boolean
}

/** How long a server is believed to want another kind of TLS than the one that is asked for first. */
const believedMs = 60_000

export function createConnector(
  target: Target,
  { clock = () => performance.now() }: { clock?: () => number } = {},
): Connector {
  const ways = tlsWays(target)
  let way: Way = { tls: ways[0], timeouts: true }
  let foundMs = 0

  /** Another way that may help against `error`, or null. */
  const next = (tried: Way, error: unknown): Way | null => {
    if (isStartupRefused(error) && tried.timeouts) return { ...tried, timeouts: false }
    const other = ways[(ways.indexOf(tried.tls) + 1) % ways.length]
    if (other === undefined || other === tried.tls || !mayHelpToChangeTls(error)) return null
    return { ...tried, tls: other }
  }

  return {
    target,
    config: (o = {}) => configOf(target, way, o.onSocket),
    async open(attempt) {
      // libpq asks anew for each connection: one that was plain once is not so for months.
      if (way.tls !== ways[0] && clock() - foundMs >= believedMs) way = { ...way, tls: ways[0] }
      // Each kind of TLS, and once more without time-outs.
      for (let left = ways.length; ; left--) {
        const tried = way
        try {
          return await attempt()
        } catch (error) {
          // Somebody else may have found the way meanwhile.
          if (way === tried) {
            way = next(tried, error) ?? tried
            foundMs = clock()
          }
          if (way === tried || left === 0) throw explain(error, target)
        }
      }
    },
  }
}

/** PgBouncer's "unsupported startup parameter", a protocol violation by its code. */
function isStartupRefused(error: unknown): boolean {
  return sqlState(error) === '08P01' && error instanceof Error && /startup/.test(error.message)
}

function configOf(target: Target, way: Way, onSocket?: (socket: Socket) => void): ClientConfig {
  return {
    host: target.host,
    port: target.port,
    user: target.user,
    database: target.database,
    password: target.password,
    ssl: way.tls,
    application_name: 'portaria',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: connectTimeoutMs,
    // pg looks for it on the client only: the last word, where a server does not keep its own limit.
    query_timeout: statementTimeoutMs + 5000,
    ...(way.timeouts
      ? {
          statement_timeout: statementTimeoutMs,
          idle_in_transaction_session_timeout: statementTimeoutMs,
        }
      : {}),
    stream: () => {
      const socket = new Socket()
      onSocket?.(socket)
      return socket
    },
  }
}
