import { once } from 'node:events'
import { createServer } from 'node:net'

const first = 12_000
const last = 32_000
const stride = 50

/**
 * Free ports below those that the system gives to outgoing connections, so that no client of a test sits on one. Each
 * test file, a process of its own, begins at another one: a ramal that moves upward meets nobody else's.
 */
export function createPortBlock(): { take(count: number): Promise<number[]> } {
  const size = last - first
  const start = (process.pid * 37 * stride) % size
  let next = 0
  return {
    async take(count) {
      const ports: number[] = []
      for (let tried = 0; ports.length < count; tried++) {
        if (tried > size) throw new Error(`no ${count} ports from ${first} to ${last} are free`)
        const port = first + ((start + next++) % size)
        if (await isFree(port)) ports.push(port)
      }
      return ports
    },
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    await once(server.close(), 'close')
    return true
  } catch {
    return false
  }
}
