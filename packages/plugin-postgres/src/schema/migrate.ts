import { ConfigError, type Log, messageOf } from '@portaria/core/plugin'
import type { ClientBase } from 'pg'
import { constraintsFile, type MigrationFile, migrationFiles } from './migration-files.ts'
import { offendingRows } from './offending-rows.ts'

/** Any number will do; it must be ours alone among those who lock in this database. */
const migrationLock = 7_072_116_421

export type MigrateOptions = {
  readonly client: ClientBase
  /** Also a primary key and checks of the ports, where absent. Default false. */
  readonly constraints?: boolean
  readonly log: Log
}

/** `applied`: names of what was done now; `already`: how many had been done before. */
export type Migrated = { readonly applied: readonly string[]; readonly already: number }

/**
 * Brings a database up to date, each file in one transaction. Two at once are safe, and so is a transaction pooler on
 * the way; one that changes nothing costs one query. Never waits long for the lock of a table in use.
 *
 * Rejects with a ConfigError that says what to mend: a privilege, a lock, rows against the constraints, an applied
 * file that is not ours.
 */
export async function migrate(o: MigrateOptions): Promise<Migrated> {
  const wanted = [
    ...(await migrationFiles()),
    ...(o.constraints === true ? [await constraintsFile()] : []),
  ]
  const before = await appliedBefore(o.client)
  checkApplied(wanted, before)
  for (const name of before.keys()) {
    if (/^\d{3}-/.test(name) && !wanted.some((file) => file.name === name)) {
      o.log.warn({ migration: name }, 'This database was migrated by a newer version of Portaria')
    }
  }
  const applied: string[] = []
  for (const file of wanted) {
    if (before.has(file.name)) continue
    if (await applyFile(o.client, file)) {
      applied.push(file.name)
      o.log.info({ migration: file.name }, 'Migration applied')
    }
  }
  return { applied, already: wanted.length - applied.length }
}

type Applied = ReadonlyMap<string, string>

async function appliedBefore(client: ClientBase): Promise<Applied> {
  try {
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM public.portaria_migration',
    )
    return new Map(rows.map((row) => [row.name, row.sha256]))
  } catch (error) {
    if (codeOf(error) === '42P01') return new Map()
    throw await explained(client, 'reading portaria_migration', error)
  }
}

function checkApplied(files: readonly MigrationFile[], applied: Applied): void {
  for (const file of files) {
    const sha256 = applied.get(file.name) ?? file.sha256
    if (sha256 === file.sha256) continue
    throw new ConfigError(
      `sql/${file.name} is not what was applied to this database (checksum ${sha256.slice(0, 12)} there,` +
        ` ${file.sha256.slice(0, 12)} here): applied migrations never change. Restore the file, and put` +
        ' what is new into a new one',
    )
  }
}

/** False when another process did it meanwhile. */
async function applyFile(client: ClientBase, file: MigrationFile): Promise<boolean> {
  try {
    await client.query('BEGIN')
    await client.query("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'")
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await client.query("SET LOCAL lock_timeout = '5s'; SET LOCAL client_min_messages = warning")
    await client.query(bookkeeping)
    const { rowCount } = await client.query(
      'SELECT FROM public.portaria_migration WHERE name = $1',
      [file.name],
    )
    if (rowCount === 0) {
      if (file.name === 'constraints.sql') await refuseOffendingRows(client)
      await client.query(file.sql)
      await client.query('INSERT INTO public.portaria_migration (name, sha256) VALUES ($1, $2)', [
        file.name,
        file.sha256,
      ])
    }
    await client.query('COMMIT')
    return rowCount === 0
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined)
    throw await explained(client, `sql/${file.name}`, error)
  }
}

const bookkeeping = `
CREATE TABLE IF NOT EXISTS public.portaria_migration (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`

async function refuseOffendingRows(client: ClientBase): Promise<void> {
  const offending = await offendingRows(client)
  if (offending.length === 0) return
  throw new ConfigError(
    [
      'Rows of extension_ia are against the constraints; mend them and try again:',
      ...offending,
    ].join('\n  '),
  )
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
}

async function explained(client: ClientBase, what: string, error: unknown): Promise<unknown> {
  switch (codeOf(error)) {
    case '42501':
      return new ConfigError(`${what}: ${messageOf(error)}. ${await grants(client)}`)
    case '25006':
      return new ConfigError(
        `${what}: ${messageOf(error)}. Migrate at the primary server, not at a standby, and with a role that may write`,
      )
    case '55P03':
      return new ConfigError(
        `${what}: another session holds a lock for too long. Nothing was changed; try again when` +
          ' it is done (SELECT * FROM pg_stat_activity shows who)',
      )
    default:
      return error
  }
}

async function grants(client: ClientBase): Promise<string> {
  const asked = await client
    .query<{ role: string }>('SELECT quote_ident(current_user) AS role')
    .catch(() => null)
  const role = asked?.rows[0]?.role ?? 'the role'
  return (
    `As the database's owner run: GRANT USAGE, CREATE ON SCHEMA public TO ${role};` +
    ` GRANT SELECT, TRIGGER ON public.extension_ia TO ${role}; or migrate as the owner of extension_ia` +
    ' (--constraints needs the owner)'
  )
}
