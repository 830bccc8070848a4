import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import {
  databaseTemplate,
  superuser,
  superuserPassword,
  type DatabaseTemplate,
} from './database-template.ts'
import { freePorts } from './free-ports.ts'
import { legacySchema } from './legacy-schema.ts'

const run = promisify(execFile)

/** What PostgreSQL calls them: fast ends sessions, immediate is a crash. */
export type StopMode = 'fast' | 'immediate'
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const

export type TestDatabaseOptions = {
  /** Applies the migrations of `@portaria/sql`. */
  migrated?: boolean
  /** Creates table and triggers exactly as databases in the field have them. */
  legacy?: boolean
  /** More arguments for the server, such as `['-c', 'max_connections=5']`. */
  args?: string[]
}

/** A real PostgreSQL of the test's own, on a free port of loopback. */
export interface TestDatabase extends AsyncDisposable {
  /** Of a superuser. Stays the same over `restart`. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** Runs SQL on a session of its own. Without `params` it may be several statements: then the rows of the last. */
  sql(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>
  /** A connected client that may be lost without harm; ended with the database. */
  client(url?: string): Promise<pg.Client>
  stop(mode?: StopMode): Promise<void>
  start(): Promise<void>
  restart(mode?: StopMode): Promise<void>
  /** What the server said since the database was made. */
  serverLog(): Promise<string>
}

/** Takes some 0.3 s. The server ends with the test's process, however that ends. */
export async function startTestDatabase(o: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const template = await databaseTemplate()
  const folder = join(template.folder, `server-${randomUUID()}`)
  const dataDir = join(folder, 'data')
  await run('/bin/sh', ['-c', 'mkdir "$0" && cp -R "$1" "$0/data"', folder, template.cluster], {
    ...template.runAs,
    cwd: '/',
  })
  const watchdog = startWatchdog(template, folder)
  const clients = new Set<pg.Client>()
  let port = 0
  let server: ChildProcess | null = null

  const urlNow = (): string =>
    `postgresql://${superuser}:${superuserPassword}@127.0.0.1:${port}/postgres`
  const connect = async (url = urlNow()): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => clients.delete(client))
    await client.connect()
    clients.add(client)
    return client
  }
  const sql: TestDatabase['sql'] = async (text, params) => {
    const client = await connect()
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(text, params)
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
    } finally {
      clients.delete(client)
      await client.end()
    }
  }
  const start = async (): Promise<void> => {
    server ??= await startServer({ template, folder, port, args: o.args ?? [] })
  }
  const stop = async (mode: StopMode = 'fast'): Promise<void> => {
    const stopping = server
    server = null
    if (stopping === null || stopping.exitCode !== null || stopping.signalCode !== null) return
    const exit = once(stopping, 'exit')
    stopping.ref()
    stopping.kill(signals[mode])
    await exit
  }
  const dispose = async (): Promise<void> => {
    await Promise.allSettled([...clients].map((client) => client.end()))
    await stop('immediate')
    watchdog.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }

  try {
    for (let attempt = 1; server === null; attempt += 1) {
      port = (await freePorts(1))[0] ?? 0
      // Another program may have taken the port meanwhile.
      await start().catch((error: unknown) => {
        if (attempt === 3) throw error
      })
    }
    if (o.legacy === true) await sql(legacySchema)
    if (o.migrated === true) await sql(await migrations())
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    url: urlNow(),
    port,
    dataDir,
    sql,
    client: connect,
    stop,
    start,
    async restart(mode) {
      await stop(mode)
      await start()
    },
    serverLog: () => readFile(join(folder, 'server.log'), 'utf8'),
    [Symbol.asyncDispose]: dispose,
  }
}

/** Ends the server and removes its files when this process is gone: the pipe closes, whatever killed it. */
function startWatchdog(template: DatabaseTemplate, folder: string): ChildProcess {
  const script =
    'read -r _; read -r pid < "$0/data/postmaster.pid" && kill -QUIT "$pid"; sleep 1; rm -rf "$0"'
  const watchdog = spawn('/bin/sh', ['-c', script, folder], {
    ...template.runAs,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.on('error', () => undefined)
  watchdog.unref()
  return watchdog
}

async function startServer(o: {
  template: DatabaseTemplate
  folder: string
  port: number
  args: readonly string[]
}): Promise<ChildProcess> {
  const settings = {
    port: o.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '16MB',
    max_wal_size: '64MB',
    max_connections: 100,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = await open(join(o.folder, 'server.log'), 'a')
  try {
    const server = spawn(o.template.postgres, ['-D', join(o.folder, 'data'), ...flags, ...o.args], {
      ...o.template.runAs,
      cwd: '/',
      env: { LC_ALL: 'C' },
      // Ctrl-C in the terminal is for the tests, which then stop it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await once(server, 'spawn')
    server.unref()
    while (!(await isReady(o.folder, server.pid))) {
      if (server.exitCode !== null || server.signalCode !== null) {
        throw new Error(
          `The test database did not start:\n${await readFile(join(o.folder, 'server.log'), 'utf8')}`,
        )
      }
      await pause(10)
    }
    return server
  } finally {
    await log.close()
  }
}

/** The last line of the lock file says so once connections are taken, by a standby too. */
async function isReady(folder: string, pid: number | undefined): Promise<boolean> {
  const lock = await readFile(join(folder, 'data/postmaster.pid'), 'utf8').catch(() => '')
  const lines = lock.split('\n')
  return lines[0] === String(pid) && /^(ready|standby)/.test(lines[7] ?? '')
}

async function migrations(): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@portaria/sql/constraints.sql')))
  const files = (await readdir(folder)).filter((file) => /^\d{3}-.*\.sql$/.test(file)).toSorted()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.join('\n')
}
