import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Below the ports of outgoing connections (`ip_local_port_range`), which come and go. */
const firstPort = 11_000
const lastPort = 31_999

/** The state LISTEN of `/proc/net/tcp`. */
const listenState = '0A'
const patienceMs = 30_000

/** Every port of this machine that somebody listens at, as the kernel says. */
async function listeningPorts(): Promise<ReadonlySet<number>> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  )
  const rows = tables.flatMap((text) => text.split('\n').slice(1))
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter((f) => f[3] === listenState)
  return new Set(listening.map((fields) => parseInt(fields[1]?.split(':')[1] ?? '', 16)))
}

/** Ports that nobody listens at. */
export async function unusedPorts(count: number): Promise<readonly number[]> {
  const used = await listeningPorts()
  const range = Array.from({ length: lastPort - firstPort }, (_, i) => firstPort + i)
  const ports = range.filter((port) => !used.has(port)).slice(0, count)
  if (ports.length < count) throw new Error(`fewer than ${count} ports are free`)
  return ports
}

/** Whether a connection is accepted at this port of loopback now. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.resetAndDestroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Tries to connect, again and again, until it is accepted. Returns `performance.now()` of that moment. */
export async function untilAccepted(port: number): Promise<number> {
  const deadlineMs = performance.now() + patienceMs
  while (!(await accepts(port))) {
    if (performance.now() > deadlineMs) throw new Error(`port ${port} never accepted`)
    // A timer leaves the machine's cores to those who are measured.
    await pause(1)
  }
  return performance.now()
}

/**
 * `performance.now()` when the kernel accepts at all of these ports. Asked of the kernel, because thousands of
 * connections would be what is measured.
 */
export async function untilAllListen(ports: readonly number[]): Promise<number> {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const listening = await listeningPorts()
    const missing = ports.filter((port) => !listening.has(port)).length
    if (missing === 0) return performance.now()
    if (performance.now() > deadlineMs) throw new Error(`${missing} ports never accepted`)
    await pause(5)
  }
}
