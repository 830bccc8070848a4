import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, readlink, rename, rm, stat } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { kill } from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Place } from './choose-place.ts'
import { programEnv } from './run-program.ts'

/** As its lock file tells: https://www.postgresql.org/docs/current/storage-file-layout.html (postmaster.pid) */
export type Postmaster = {
  readonly pid: number
  /** Null while it starts. */
  readonly port: number | null
  readonly ready: boolean
}

const pollMs = 15
/** A server that has crashed reads its log first, which takes as long as it takes. */
const startTimeoutMs = 120_000
const stopTimeoutMs = 20_000
const logLimitBytes = 4 * 2 ** 20

/** The server that runs in this cluster, whoever started it. A lock file without its server is removed. */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  const path = join(cluster, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  const [pid = '', folder, , port = '', , , , status = ''] = text.split('\n')
  if (!/^\d+$/.test(pid)) return null
  if (!(await isItsProcess(Number(pid), cluster, folder))) {
    // PostgreSQL itself would mind another program of the same user that has this pid now.
    if ((await readFile(path, 'utf8').catch(() => '')) === text) await rm(path, { force: true })
    return null
  }
  const isPort = /^\d+$/.test(port)
  return {
    pid: Number(pid),
    port: isPort ? Number(port) : null,
    ready: isPort && status.trim() === 'ready',
  }
}

async function isItsProcess(pid: number, cluster: string, folder = cluster): Promise<boolean> {
  try {
    kill(pid, 0)
  } catch {
    // Of another user, or none: ours would be neither.
    return false
  }
  // Where the system does not tell about processes, a lock file that was copied shows by its own folder.
  if (platform() !== 'linux') return folder === cluster
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === cluster
  } catch (error) {
    // Root in a container may not look (EACCES); a process that is gone, reaped or not, works nowhere (ENOENT).
    if ((error as { code?: unknown }).code !== 'EACCES') return false
    const about = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return folder === cluster && /\(postgres\) [^ZX]/.test(about)
  }
}

/**
 * Starts the server and resolves with its pid once it takes connections. It has its own process group: Ctrl-C in a
 * terminal is for us. Rejects with what it said.
 */
export async function startPostmaster(
  place: Place,
  o: { port: number; signal: AbortSignal },
): Promise<number> {
  const logFile = join(place.cluster, 'server.log')
  const before = await rotate(logFile)
  const log = await open(logFile, 'a', 0o600)
  const settings = {
    port: String(o.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  try {
    const server = spawn(place.postgres, ['-D', place.cluster, ...flags], {
      ...place.runAs,
      cwd: '/',
      env: programEnv,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await once(server, 'spawn', { signal: o.signal })
    server.unref()
    await untilReady(place.cluster, server, o.signal)
    return server.pid ?? 0
  } catch (error) {
    o.signal.throwIfAborted()
    const said = (await readFile(logFile, 'utf8').catch(() => '')).slice(before)
    throw new Error(said.trim() === '' ? String(error) : said, { cause: error })
  } finally {
    await log.close()
  }
}

/** Resolves with the length of the log that follows, in characters. */
async function rotate(logFile: string): Promise<number> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }))
  if (size < logLimitBytes) return (await readFile(logFile, 'utf8').catch(() => '')).length
  await rename(logFile, `${logFile}.1`)
  return 0
}

async function untilReady(
  cluster: string,
  server: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs
  for (;;) {
    const running = await runningPostmaster(cluster)
    if (running?.pid === server.pid && running?.ready === true) return
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(`it ended with ${server.signalCode ?? `exit code ${server.exitCode}`}`)
    }
    if (signal.aborted || performance.now() > deadlineMs) {
      server.kill('SIGINT')
      signal.throwIfAborted()
      throw new Error(`it was not ready after ${startTimeoutMs / 1000} s`)
    }
    await pause(pollMs)
  }
}

/** Ends the server of this cluster, if one runs: its sessions are closed, what was committed stays. */
export async function stopPostmaster(cluster: string): Promise<void> {
  // Fast, then without farewell: the next start repairs what that leaves.
  for (const how of ['SIGINT', 'SIGQUIT'] as const) {
    const running = await runningPostmaster(cluster)
    if (running === null) return
    sendTo(running.pid, how)
    const deadlineMs = performance.now() + stopTimeoutMs
    while (performance.now() < deadlineMs) {
      if ((await runningPostmaster(cluster))?.pid !== running.pid) return
      await pause(pollMs)
    }
  }
}

function sendTo(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    kill(pid, signal)
  } catch (error) {
    // It ended meanwhile.
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}
