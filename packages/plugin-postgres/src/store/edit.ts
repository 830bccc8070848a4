import type { RamalDraft, RamalEdit } from '@portaria/core/plugin'
import type { ClientBase } from 'pg'
import type { Database } from '../connection/database.ts'
import { columns, table } from './table.ts'
import { givesIds, nextId, write } from './write.ts'

/** Writes rows of the table; each is one transaction, whose triggers tell everybody, us too. */
export function createEdit(database: Database): RamalEdit {
  return {
    create: (row, { signal }) =>
      write((client) => insert(client, row), { database, verb: 'INSERT', signal }),
    change: (id, change, { signal }) =>
      write(async (client) => ((await update(client, id, change)) > 0 ? 'changed' : 'missing'), {
        database,
        verb: 'UPDATE',
        signal,
      }),
    remove: (id, { signal }) =>
      write(
        async (client) => {
          const deleted = await client.query(`DELETE FROM ${table} WHERE ${hasId('$1')}`, [id])
          return (deleted.rowCount ?? 0) > 0 ? 'removed' : 'missing'
        },
        { database, verb: 'DELETE', signal },
      ),
  }
}

function hasId(parameter: string): string {
  return `${columns.id}::text = ${parameter}::text`
}

async function insert(client: ClientBase, row: RamalDraft): Promise<number> {
  const given = fieldsOf(row)
  const values: unknown[] = given.map(([, value]) => value)
  const names = given.map(([column]) => column)
  if (!(await givesIds(client))) {
    names.push(columns.id)
    values.push(await nextId(client))
  }
  const parameters = names.map((_, index) => `$${index + 1}`)
  const inserted = await client.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${parameters.join(', ')}) RETURNING ${columns.id} AS id`,
    values,
  )
  return Number((inserted.rows[0] as { id: unknown }).id)
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
