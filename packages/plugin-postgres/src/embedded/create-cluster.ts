import { randomUUID } from 'node:crypto'
import { chmod, chown, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Place } from './choose-place.ts'
import { databaseName, role } from './credentials.ts'
import { explainFailure } from './explain-failure.ts'
import { runProgram } from './run-program.ts'

/** For a server with few clients; its owner may change them in postgresql.conf. */
const settings = {
  max_connections: '50',
  shared_buffers: '32MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  log_checkpoints: 'off',
  // Failed statements are told to those who sent them.
  log_min_messages: 'log',
}

/**
 * Makes the data folder with an empty database and its owner. It appears whole or not at all; when two do it at once,
 * one wins and both go on.
 *
 * Nobody logs in but that owner: the superuser that every cluster has is for the machine's administrator alone
 * (`postgres --single`).
 */
export async function createCluster(
  place: Place,
  o: { password: string; signal: AbortSignal },
): Promise<void> {
  const draft = join(dirname(place.cluster), `postgres.${randomUUID()}`)
  const { runAs, signal } = { ...place, ...o }
  try {
    await mkdir(draft)
    if (runAs.uid !== undefined) await chown(draft, runAs.uid, runAs.gid ?? runAs.uid)
    const flags = [
      `--pgdata=${draft}`,
      '--username=postgres',
      '--auth-local=reject',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]
    await runProgram(place.initdb, flags, { runAs, signal })
    await writeFile(
      join(draft, 'pg_hba.conf'),
      '# TYPE  DATABASE  USER  ADDRESS  METHOD\nhost  all  all  127.0.0.1/32  scram-sha-256\n',
    )
    await singleUser(place, {
      cluster: draft,
      statements: [
        `CREATE ROLE ${role} LOGIN PASSWORD '${o.password}'`,
        `CREATE DATABASE ${databaseName} OWNER ${role}`,
      ],
      signal,
    })
    await chmod(draft, 0o700)
    await rename(draft, place.cluster)
  } catch (error) {
    // What was aborted may still be writing.
    await rm(draft, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    signal.throwIfAborted()
    // Another start may have been faster.
    if ((await stat(place.cluster).catch(() => null)) === null) throw explainFailure(error, place)
  }
  if (place.link !== place.cluster) {
    await symlink(place.cluster, place.link).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'EEXIST') throw error
    })
  }
}

/** Sets the role's password anew in a cluster that no server runs in. */
export async function resetPassword(
  place: Place,
  o: { password: string; signal: AbortSignal },
): Promise<void> {
  try {
    await singleUser(place, {
      cluster: place.cluster,
      statements: [`ALTER ROLE ${role} PASSWORD '${o.password}'`],
      signal: o.signal,
    })
  } catch (error) {
    o.signal.throwIfAborted()
    throw explainFailure(error, place)
  }
}

async function singleUser(
  place: Place,
  o: { cluster: string; statements: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const args = ['--single', '-D', o.cluster, '-c', 'exit_on_error=true', 'postgres']
  const input = o.statements.map((statement) => `${statement}\n`).join('')
  await runProgram(place.postgres, args, { runAs: place.runAs, input, signal: o.signal })
}
