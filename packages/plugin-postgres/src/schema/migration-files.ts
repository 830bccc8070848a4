import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type MigrationFile = {
  readonly name: string
  readonly sql: string
  /** Hexadecimal, of the text. */
  readonly sha256: string
}

/** The migrations of `@portaria/sql`, in the order in which they apply. */
export async function migrationFiles(): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder())).filter((name) => /^\d{3}-.*\.sql$/.test(name))
  return Promise.all(names.toSorted().map(readMigration))
}

export function constraintsFile(): Promise<MigrationFile> {
  return readMigration('constraints.sql')
}

async function readMigration(name: string): Promise<MigrationFile> {
  const sql = await readFile(join(folder(), name), 'utf8')
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
}

function folder(): string {
  return dirname(fileURLToPath(import.meta.resolve('@portaria/sql/constraints.sql')))
}
