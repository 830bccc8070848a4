import { EditRefused, messageOf } from '@portaria/core/plugin'
import type { ClientBase } from 'pg'
import type { Database } from '../connection/database.ts'
import { sqlState } from '../connection/explain.ts'
import type { RowEvent } from '../schema/finding.ts'
import { columns, table } from './table.ts'

/**
 * One transaction that writes ramais; nothing waits long for a lock. The server's No becomes an EditRefused that says
 * how to mend it.
 */
export async function write<T>(
  work: (client: ClientBase) => Promise<T>,
  o: { database: Database; verb: RowEvent; signal: AbortSignal },
): Promise<T> {
  return o.database.transaction(
    async (client) => {
      await client.query("SET LOCAL lock_timeout = '5s'")
      await client.query('SAVEPOINT before')
      try {
        return await work(client)
      } catch (error) {
        if (sqlState(error) === null) throw error
        await client.query('ROLLBACK TO SAVEPOINT before')
        throw (await refusal(error, o.verb, client)) ?? (error as Error)
      }
    },
    { signal: o.signal },
  )
}

/** Whether the column of ids is an identity or has a default: databases of the field differ. */
export async function givesIds(client: ClientBase): Promise<boolean> {
  const found = await client.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND (atthasdef OR attidentity <> '')`,
    [table, columns.id],
  )
  return found.rows.length > 0
}

/** The id after the highest one, for a table that gives none. */
export async function nextId(client: ClientBase): Promise<unknown> {
  // Nobody else counts meanwhile: the lock is ours by name, and is let go with the transaction.
  await client.query("SELECT pg_advisory_xact_lock(hashtext('portaria extension_ia_id'))")
  const highest = await client.query(
    `SELECT COALESCE(MAX(${columns.id}::text::bigint), 0) + 1 AS id FROM ${table}`,
  )
  return (highest.rows[0] as { id: unknown }).id
}

/** The server's No in words that say how to mend it; null where it is no refusal. */
async function refusal(
  error: unknown,
  verb: RowEvent,
  client: ClientBase,
): Promise<EditRefused | null> {
  const state = sqlState(error) ?? ''
  if (state === '42501') {
    const message = `The database does not let this role write ramais (${messageOf(error)}). ${await grant(client, verb)}`
    return new EditRefused('forbidden', message, { cause: error })
  }
  if (state === '25006') {
    const message = `The database is read-only (${messageOf(error)}): write at the primary server, or let this role write: ALTER ROLE ... SET default_transaction_read_only = off;`
    return new EditRefused('forbidden', message, { cause: error })
  }
  // 23: a constraint; 22: a value that a column does not take; P0001: a trigger's own No.
  if (state.startsWith('23') || state.startsWith('22') || state === 'P0001') {
    return new EditRefused('conflict', `The database refuses the row: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  return null
}

/** What is missing is asked of the server: its own message may be in another language. */
async function grant(client: ClientBase, verb: RowEvent): Promise<string> {
  const { rows } = await client.query(
    `SELECT quote_ident(current_user) AS role, has_table_privilege($1, $2) AS may_write,
       pg_get_serial_sequence($1, $3) AS sequence`,
    [table, verb, columns.id],
  )
  const found = rows[0] as { role: string; may_write: boolean; sequence: string | null }
  if (found.may_write && verb === 'INSERT' && found.sequence !== null) {
    return `Missing is USAGE of the sequence: GRANT USAGE ON SEQUENCE ${found.sequence} TO ${found.role};`
  }
  return `Missing is ${verb}: GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${found.role};`
}
