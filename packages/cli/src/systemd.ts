import { spawn } from 'node:child_process'
import type { Log } from '@portaria/core/log'

type Env = Readonly<Record<string, string | undefined>>

/** What systemd is told of a service with `Type=notify`; nothing where no systemd asks. */
export interface Systemd extends AsyncDisposable {
  ready(): void
  stopping(): void
}

/**
 * Node has no unix datagram sockets, so `systemd-notify` speaks for us (hence `NotifyAccess=all` in the unit): one
 * shell for all messages, each a line on its input. It ends with our end of the pipe, also after kill -9.
 */
const speaker = `command -v systemd-notify >/dev/null || exit 127
while IFS= read -r state; do systemd-notify "$state"; done`

/**
 * Tells systemd that the daemon is up, and, where the unit has `WatchdogSec`, that its event loop still turns: three
 * times in that span, from a timer of that very loop, so that a loop that hangs or a stopped process is noticed.
 * sd_notify(3), sd_watchdog_enabled(3).
 */
export function startSystemd(o: { env: Env; pid: number; log: Log }): Systemd {
  const { env, log } = o
  if (!env['NOTIFY_SOCKET']) {
    return { ready() {}, stopping() {}, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const shell = spawn('sh', ['-c', speaker], {
    env: { ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const closed = Promise.withResolvers<void>()
  let heard = true
  const lose = (why: string): void => {
    if (heard) log.warn({}, `systemd is not told how the daemon is: ${why}`)
    heard = false
  }
  shell.once('error', (error) => {
    lose(error.message)
    closed.resolve()
  })
  shell.once('exit', (code) => {
    if (code === 127) lose('there is no systemd-notify: install the package systemd')
    else if (code !== 0) lose(`sh ended with ${code}`)
    closed.resolve()
  })
  // A pipe that breaks is told by `exit`.
  shell.stdin.on('error', () => closed.resolve())
  const tell = (state: string): void => {
    if (heard && shell.stdin.writable) shell.stdin.write(`${state}\n`)
  }
  const everyMs = watchdogMs(env, o.pid) / 3
  const timer = everyMs > 0 ? setInterval(() => tell('WATCHDOG=1'), everyMs) : null
  return {
    ready: () => tell('READY=1'),
    stopping: () => tell('STOPPING=1'),
    async [Symbol.asyncDispose]() {
      if (timer !== null) clearInterval(timer)
      shell.stdin.end()
      await closed.promise
    },
  }
}

/** The unit's `WatchdogSec`, 0 where it has none or means another process. */
function watchdogMs(env: Env, pid: number): number {
  const micros = Number(env['WATCHDOG_USEC'] ?? 0)
  const meant = env['WATCHDOG_PID']
  if (!Number.isFinite(micros) || micros <= 0) return 0
  return meant === undefined || meant === '' || Number(meant) === pid ? micros / 1000 : 0
}
