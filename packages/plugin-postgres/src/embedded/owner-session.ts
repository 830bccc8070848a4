import pg from 'pg'
import { urlOf } from './credentials.ts'

/** Any number will do; it must differ from other advisory locks of ours. */
const ownerLock = 7_072_116_422

/**
 * The session by which a `serve` owns its embedded server: it holds a lock that ends with the session, and so with
 * the process, whatever ends it.
 */
export interface OwnerSession {
  readonly client: pg.Client
  /** Resolves when the session is over, by us or not. */
  readonly ended: Promise<void>
  end(): Promise<void>
}

export type Claim =
  | { readonly status: 'owned'; readonly session: OwnerSession }
  /** Another living process owns it; `by` is how it named itself. */
  | { readonly status: 'taken'; readonly by: string }

/** Rejects with the errors of `pg`. `name` is for those who find the server taken. */
export async function claimServer(o: {
  password: string
  port: number
  name: string
}): Promise<Claim> {
  const client = new pg.Client({
    connectionString: urlOf(o),
    // It has none, and PGSSLMODE is meant for other servers.
    ssl: false,
    application_name: o.name,
    connectionTimeoutMillis: 10_000,
  })
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  // `ended` tells.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ owned: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS owned',
    [ownerLock],
  )
  if (rows[0]?.owned === true) {
    return { status: 'owned', session: { client, ended, end: () => client.end() } }
  }
  const holder = await client.query<{ by: string }>(
    `SELECT a.application_name AS by FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted
       AND (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [ownerLock],
  )
  await client.end()
  return { status: 'taken', by: holder.rows[0]?.by ?? 'another process' }
}
