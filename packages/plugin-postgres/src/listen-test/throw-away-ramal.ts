import { randomBytes } from 'node:crypto'
import { EditRefused } from '@portaria/core/plugin'
import type { ClientBase } from 'pg'
import type { Database } from '../connection/database.ts'
import type { RowEvent } from '../schema/finding.ts'
import { columns, table } from '../store/table.ts'
import { givesIds, nextId, write } from '../store/write.ts'

/** What a transaction is about to commit; `atMs` is `performance.now()` as COMMIT is sent. */
export type Commit = { readonly verb: RowEvent; readonly id: number; readonly atMs: number }

/** A row that nobody else has, to see what its triggers tell. */
export interface ThrowAwayRamal {
  /** `ramal_ia`, which names the row: no other one has it. */
  readonly number: string
  /** The SQL that removes it, for a person. */
  readonly removal: string
  /** INSERT, UPDATE or DELETE of the row, each in one transaction. Rejects with an EditRefused or a ProviderError. */
  change(verb: RowEvent, o: { signal: AbortSignal; onCommit: (c: Commit) => void }): Promise<void>
}

/** What a person who finds the row takes for a test: no condomínio is counted so far. */
const testCondominium = 999_999_999

/** Far from what a sequence gives. A table that counts for itself would go on from there: it gets the next one. */
const freeId = `
SELECT id FROM (SELECT 2000000000 + floor(random() * 100000000)::bigint AS id FROM generate_series(1, 20)) AS c
WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${columns.id}::text = c.id::text) LIMIT 1`

const isIt = `btrim(${columns.ramal_ia}::text) = $1`

export function createThrowAwayRamal(o: {
  database: Database
  ports: readonly [number, number]
}): ThrowAwayRamal {
  const { database, ports } = o
  const number = `teste-${randomBytes(6).toString('hex')}`
  return {
    number,
    removal: `DELETE FROM ${table} WHERE ${columns.ramal_ia} = '${number}';`,
    async change(verb, { signal, onCommit }) {
      const changed = await write(
        async (client) => {
          const [row] = await statements[verb](client, { number, ports })
          if (row !== undefined) onCommit({ verb, id: Number(row.id), atMs: performance.now() })
          return row
        },
        { database, verb, signal },
      )
      if (changed === undefined) throw new EditRefused('conflict', nothing[verb])
    },
  }
}

const gone = 'the row is not there: another program, or row-level security, has taken it away'
const nothing: Readonly<Record<RowEvent, string>> = {
  INSERT: 'the server took no row: a trigger or a rule of extension_ia keeps it away',
  UPDATE: gone,
  DELETE: gone,
}

type Row = { readonly number: string; readonly ports: readonly [number, number] }
type Statement = (client: ClientBase, row: Row) => Promise<readonly { id: unknown }[]>

const statements: Readonly<Record<RowEvent, Statement>> = {
  async INSERT(client, { number, ports }) {
    const id = (await givesIds(client))
      ? (await client.query<{ id: unknown }>(freeId)).rows[0]?.id
      : await nextId(client)
    const row: Readonly<Record<keyof typeof columns, unknown>> = {
      id,
      ramal_ia: number,
      ramal_retorno: `${number}-r`,
      ip_servidor: '127.0.0.1',
      porta_ia: String(ports[0]),
      porta_retorno: String(ports[1]),
      condominio_id: testCondominium,
    }
    const fields = Object.keys(row) as (keyof typeof columns)[]
    const { rows } = await client.query<{ id: unknown }>(
      `INSERT INTO ${table} (${fields.map((field) => columns[field]).join(', ')}) OVERRIDING SYSTEM VALUE
       VALUES (${fields.map((_, index) => `$${index + 1}`).join(', ')}) RETURNING ${columns.id} AS id`,
      fields.map((field) => row[field]),
    )
    return rows
  },
  async UPDATE(client, { number }) {
    const { rows } = await client.query<{ id: unknown }>(
      `UPDATE ${table} SET ${columns.ramal_retorno} = $2 WHERE ${isIt} RETURNING ${columns.id} AS id`,
      [number, `${number}-u`],
    )
    return rows
  },
  async DELETE(client, { number }) {
    const { rows } = await client.query<{ id: unknown }>(
      `DELETE FROM ${table} WHERE ${isIt} RETURNING ${columns.id} AS id`,
      [number],
    )
    return rows
  },
}
