import { EditRefused, messageOf, type RamalDraft, type RamalEdit } from '@portaria/core/plugin'
import type { ClientBase } from 'pg'
import type { Database } from '../connection/database.ts'
import { sqlState } from '../connection/explain.ts'
import { columns, table } from './table.ts'

/** Writes rows of the table; each is one transaction, whose triggers tell everybody, us too. */
export function createEdit(database: Database): RamalEdit {
  const write = async <T>(
    work: (client: ClientBase) => Promise<T>,
    o: { verb: Verb; signal: AbortSignal },
  ): Promise<T> =>
    database.transaction(
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

  return {
    create: (row, { signal }) => write((client) => insert(client, row), { verb: 'INSERT', signal }),
    change: (id, change, { signal }) =>
      write(async (client) => ((await update(client, id, change)) > 0 ? 'changed' : 'missing'), {
        verb: 'UPDATE',
        signal,
      }),
    remove: (id, { signal }) =>
      write(
        async (client) => {
          const deleted = await client.query(`DELETE FROM ${table} WHERE ${hasId('$1')}`, [id])
          return (deleted.rowCount ?? 0) > 0 ? 'removed' : 'missing'
        },
        { verb: 'DELETE', signal },
      ),
  }
}

type Verb = 'INSERT' | 'UPDATE' | 'DELETE'

function hasId(parameter: string): string {
  return `${columns.id}::text = ${parameter}::text`
}

async function insert(client: ClientBase, row: RamalDraft): Promise<number> {
  const given = fieldsOf(row)
  const values: unknown[] = given.map(([, value]) => value)
  const names = given.map(([column]) => column)
  if (!(await givesIds(client))) {
    // Nobody else counts meanwhile: the lock is ours by name, and is let go with the transaction.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('portaria extension_ia_id'))")
    const highest = await client.query(
      `SELECT COALESCE(MAX(${columns.id}::text::bigint), 0) + 1 AS id FROM ${table}`,
    )
    names.push(columns.id)
    values.push((highest.rows[0] as { id: unknown }).id)
  }
  const parameters = names.map((_, index) => `$${index + 1}`)
  const inserted = await client.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${parameters.join(', ')}) RETURNING ${columns.id} AS id`,
    values,
  )
  return Number((inserted.rows[0] as { id: unknown }).id)
}

/** Whether the column of ids is an identity or has a default: databases of the field differ. */
async function givesIds(client: ClientBase): Promise<boolean> {
  const found = await client.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND (atthasdef OR attidentity <> '')`,
    [table, columns.id],
  )
  return found.rows.length > 0
}

async function update(
  client: ClientBase,
  id: number,
  change: Partial<RamalDraft>,
): Promise<number> {
  const given = fieldsOf(change)
  if (given.length === 0) {
    return (await client.query(`SELECT 1 FROM ${table} WHERE ${hasId('$1')}`, [id])).rows.length
  }
  const assignments = given.map(([column], index) => `${column} = $${index + 2}`)
  const updated = await client.query(
    `UPDATE ${table} SET ${assignments.join(', ')} WHERE ${hasId('$1')}`,
    [id, ...given.map(([, value]) => value)],
  )
  return updated.rowCount ?? 0
}

/** As text, which fits every type that the columns have in the field. */
function fieldsOf(row: Partial<RamalDraft>): [column: string, value: string | null][] {
  const fields = [
    'ramal_ia',
    'ramal_retorno',
    'ip_servidor',
    'porta_ia',
    'porta_retorno',
    'condominio_id',
  ] as const
  return fields.flatMap((field) => {
    const value = row[field]
    return value === undefined ? [] : [[columns[field], value === null ? null : String(value)]]
  })
}

/** The server's No in words that say how to mend it; null where it is no refusal. */
async function refusal(
  error: unknown,
  verb: Verb,
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
async function grant(client: ClientBase, verb: Verb): Promise<string> {
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
