import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, messageOf } from '@portaria/core/errors'
import { isRecord } from './is-record.ts'

/** What a running daemon leaves in `<data-dir>/run.json`, so that other commands find it. */
export type Running = {
  readonly pid: number
  readonly api_url: string
  readonly api_token: string | null
  /** The PEM file that the API shows its certificate from; null: it speaks plain HTTP. */
  readonly api_cert: string | null
  /** With its password; null: ramais come from elsewhere. */
  readonly database_url: string | null
  readonly started_at: string
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'run.json')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function parse(text: string): Running | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  if (!isRecord(value)) return null
  const { pid, api_url, started_at } = value
  if (typeof pid !== 'number' || typeof api_url !== 'string' || typeof started_at !== 'string') {
    return null
  }
  const textOr = (key: string): string | null => {
    const text = value[key]
    return typeof text === 'string' ? text : null
  }
  return {
    pid,
    api_url,
    api_token: textOr('api_token'),
    api_cert: textOr('api_cert'),
    database_url: textOr('database_url'),
    started_at,
  }
}

async function read(dataDir: string): Promise<Running | null> {
  try {
    return parse(await readFile(pathIn(dataDir), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ConfigError(
      `cannot read ${pathIn(dataDir)}: ${messageOf(error)}. Run as the daemon's user, or name the daemon with --url`,
      { cause: error },
    )
  }
}

/** The daemon of this data folder; null when there is none, or the file is a dead one's. */
export async function findRunning(dataDir: string): Promise<Running | null> {
  const running = await read(dataDir)
  return running !== null && isAlive(running.pid) ? running : null
}

/** Written whole or not at all, readable by its owner only. Disposing removes it, if it is still ours. */
export async function writeRunFile(dataDir: string, running: Running): Promise<AsyncDisposable> {
  const path = pathIn(dataDir)
  const draft = `${path}.${running.pid}`
  try {
    await mkdir(dataDir, { recursive: true })
    await using file = await open(draft, 'w', 0o600)
    await file.writeFile(`${JSON.stringify(running)}\n`)
    await rename(draft, path)
  } catch (error) {
    throw new ConfigError(
      `cannot write ${path}: ${messageOf(error)}. Make the folder writable, or choose another with --data-dir`,
      { cause: error },
    )
  }
  return {
    async [Symbol.asyncDispose]() {
      const last = await read(dataDir)
      if (last?.pid === running.pid) await rm(path, { force: true })
    },
  }
}
