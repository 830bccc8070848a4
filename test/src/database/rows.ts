import type { TestDatabase } from '@portaria/test-kit/test-database'

/** Who may write the table: the database itself, or one of its clients. */
export type Writer = Pick<TestDatabase, 'sql'>

export type Row = {
  number?: string
  return?: string
  ip?: string
  port: string | number
  returnPort: string | number | null
  condominium?: number
}

/** Inserts a row as the forms of the old system do: texts, ports too. Returns its id. */
export async function insertRow(database: Writer, row: Row): Promise<number> {
  const [inserted] = await database.sql(
    `INSERT INTO extension_ia (extension_ia_number, extension_ia_return, extension_ia_ip,
       extension_ia_number_port, condominium_id, extension_ia_return_port)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING extension_ia_id AS id`,
    [
      row.number ?? '1000',
      row.return ?? '1001',
      row.ip ?? '127.0.0.1',
      String(row.port),
      row.condominium ?? 1,
      row.returnPort === null ? null : String(row.returnPort),
    ],
  )
  return Number(inserted?.['id'])
}

export async function movePorts(
  database: Writer,
  id: number,
  ports: readonly [number, number],
): Promise<void> {
  await database.sql(
    `UPDATE extension_ia SET extension_ia_number_port = $2, extension_ia_return_port = $3
     WHERE extension_ia_id = $1`,
    [id, ...ports.map(String)],
  )
}

export async function renumber(database: Writer, id: number, number: string): Promise<void> {
  await database.sql(
    'UPDATE extension_ia SET extension_ia_number = $2 WHERE extension_ia_id = $1',
    [id, number],
  )
}

export async function deleteRows(database: Writer, ...ids: number[]): Promise<void> {
  await database.sql('DELETE FROM extension_ia WHERE extension_ia_id = ANY($1)', [ids])
}

/** Ends every session of the daemon, as an operator or a failover does. */
export async function terminateBackends(database: Writer): Promise<void> {
  await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'portaria'`)
}
