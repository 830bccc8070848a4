import { ConfigError, type Log, messageOf } from '@portaria/core/plugin'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import { z } from 'zod'

/** Beside the migrations: what is done once ever is kept in one place. */
const mark = 'first-ramais'

const text = z.union([z.string(), z.number()]).transform((value) => String(value).trim())
const columnText = text.pipe(z.string().max(50))
const number = text.pipe(z.string().regex(/^\d{1,9}$/)).transform(Number)

/** A row of the legacy file. Ports and numbers are judged where ramais are served: here they must fit the table. */
const fileRow = z.object({
  id: number,
  ramal_ia: columnText,
  ramal_retorno: columnText,
  ip_servidor: columnText,
  porta_ia: columnText,
  porta_retorno: columnText.nullable(),
  condominio_id: number,
})
type FileRow = z.infer<typeof fileRow>

const demo: FileRow = {
  id: 1,
  ramal_ia: '1000',
  ramal_retorno: '1001',
  ip_servidor: '127.0.0.1',
  porta_ia: '8080',
  porta_retorno: '8081',
  condominio_id: 1,
}

/**
 * Puts the first ramais into an empty table, once in the life of a database: those of `<dataDir>/ramais_config.json`,
 * or one to try out. Rejects with a ConfigError when that file cannot be taken over as it is.
 */
export async function seed(o: { client: ClientBase; dataDir: string; log: Log }): Promise<void> {
  const { client, log } = o
  const done = await client.query('SELECT FROM public.portaria_migration WHERE name = $1', [mark])
  if (done.rowCount !== 0) return
  const path = join(o.dataDir, 'ramais_config.json')
  const found = await readRows(path)
  const rows = found ?? [demo]
  await client.query('BEGIN')
  try {
    const kept = await client.query('SELECT FROM public.extension_ia LIMIT 1')
    if (kept.rowCount === 0) await insert(client, rows)
    await client.query('INSERT INTO public.portaria_migration (name, sha256) VALUES ($1, $2)', [
      mark,
      '',
    ])
    await client.query('COMMIT')
    if (kept.rowCount !== 0) return
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
  if (found === null) log.info({ ramal: '1000' }, 'A ramal to try out was added: 1000 on port 8080')
  else {
    log.info(
      { ramais: rows.length, file: path },
      'The ramais of the file were taken into the database, which is where they are edited from now on',
    )
  }
}

async function insert(client: ClientBase, rows: readonly FileRow[]): Promise<void> {
  await client.query(
    `INSERT INTO public.extension_ia (extension_ia_id, extension_ia_number, extension_ia_return,
       extension_ia_ip, extension_ia_number_port, extension_ia_return_port, condominium_id)
     SELECT id, ramal_ia, ramal_retorno, ip_servidor, porta_ia, porta_retorno, condominio_id
     FROM json_to_recordset($1::json) AS f (id integer, ramal_ia text, ramal_retorno text,
       ip_servidor text, porta_ia text, porta_retorno text, condominio_id integer)`,
    [JSON.stringify(rows)],
  )
  await client.query(
    `SELECT setval(pg_get_serial_sequence('public.extension_ia', 'extension_ia_id'),
       greatest(max(extension_ia_id), 1)) FROM public.extension_ia`,
  )
}

/** Null when there is no such file. */
async function readRows(path: string): Promise<readonly FileRow[] | null> {
  let rows: unknown
  try {
    const parsed: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
    rows =
      typeof parsed === 'object' && parsed !== null && 'ramais' in parsed ? parsed.ramais : parsed
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw refused(path, messageOf(error), error)
  }
  if (!Array.isArray(rows)) throw refused(path, 'it must be {"ramais": [ … ]}')
  const taken = rows.map((row: unknown, i) => readRow(row, `${path}, row ${i + 1}`))
  const ids = new Set(taken.map(({ id }) => id))
  if (ids.size < taken.length) throw refused(path, 'two of its rows have one id')
  return taken
}

function readRow(row: unknown, where: string): FileRow {
  if (typeof row === 'object' && row !== null && 'allow' in row) {
    throw refused(
      where,
      'allow has no place in the table: move its networks to allow in portaria.config',
    )
  }
  const parsed = fileRow.safeParse(row)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refused(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

function refused(where: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `${where} cannot be taken into the database: ${why}. Mend it, move the file away to begin with a ramal to try` +
      ' out, or take --ramais file to serve from the file as before',
    { cause },
  )
}
