import { silentLog } from '@portaria/core/log'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Embedded, startEmbedded } from '../../src/embedded/start-embedded.ts'
import { stopPostmaster } from '../../src/embedded/postmaster.ts'

const run = promisify(execFile)
const { signal } = new AbortController()

/** A data folder that goes away, and so does a server that was left in it. */
export async function dataFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'portaria-embedded-'))
  // Root's server runs as another user, who must come in.
  await chmod(path, 0o755)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await stopPostmaster(join(path, 'postgres'))
      await rm(path, { recursive: true, force: true })
    },
  }
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** The pid in the lock file of a cluster. */
export async function postmasterPid(dataDir: string): Promise<number> {
  const lock = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')
  return Number(lock.split('\n')[0])
}

export type Line = { url?: string; place?: string; log?: string; error?: string; folder?: string }

/** `run-embedded.ts` as another process, perhaps as another user. */
export interface Running extends AsyncDisposable {
  readonly process: ChildProcess
  /** What it said, with the line by which it runs or failed as the last. */
  readonly lines: readonly Line[]
  readonly url: string
  readonly error: string
}

export async function runEmbedded(
  dataDir: string,
  { disk, ...user }: { uid?: number; gid?: number; disk?: string } = {},
): Promise<Running> {
  const script = join(import.meta.dirname, 'run-embedded.ts')
  const args = ['--conditions=@portaria/source', script, dataDir]
  const [file, ...rest] = [
    ...(disk === undefined ? [] : onDisk(disk, dataDir)),
    process.execPath,
    ...args,
  ]
  const child = spawn(file, rest, { ...user, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: Line[] = []
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as Line
    lines.push(line)
    if (line.url !== undefined || line.error !== undefined) break
  }
  const last = lines.at(-1)
  return {
    process: child,
    lines,
    url: last?.url ?? '',
    error: last?.error ?? '',
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** The beginning of a command that sees `folder` as an empty disk of this size, such as `20m`. */
function onDisk(size: string, folder: string): [string, ...string[]] {
  const script = `mount -t tmpfs -o size=${size},mode=755 tmpfs "$0" && exec "$@"`
  return ['unshare', '--mount', 'sh', '-c', script, folder]
}

/** Whether this process may mount disks of its own. */
export async function canMount(): Promise<boolean> {
  const script = `mount -t tmpfs tmpfs ${tmpdir()}`
  return run('unshare', ['--mount', 'sh', '-c', script]).then(
    () => true,
    () => false,
  )
}

/** Gives a folder and all that is in it to a user. */
export async function chownAll(path: string, uid: number): Promise<void> {
  await run('chown', ['-R', `${uid}:${uid}`, path])
}

/** As a backup tool copies: owners and modes stay. */
export async function copyAsItIs(from: string, to: string): Promise<void> {
  await run('cp', ['-a', `${from}/.`, to])
}

export function start(dataDir: string): Promise<Embedded> {
  return startEmbedded({ dataDir, log: silentLog, signal })
}

/** Id and number of each row. */
export async function ramais(url: string): Promise<unknown[]> {
  const rows = await query(
    url,
    'SELECT extension_ia_id AS id, btrim(extension_ia_number) AS number FROM extension_ia ORDER BY 1',
  )
  return rows.map(({ id, number }) => [id, number])
}
