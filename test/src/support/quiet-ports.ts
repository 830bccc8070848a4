import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below what the system gives to connections, so that nobody is there by chance when we say that nobody is. */
const from = 12_000
const perWorker = 1_000
const workers = 18

const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % workers
// Two runs of the tests on one machine have workers of the same number: they begin at different ports.
let next = (process.pid * 37) % perWorker

/** Ports of loopback that are free and stay so: no other worker of these tests uses them. In ascending order. */
export async function quietPorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let tried = 0; ports.length < count; tried++) {
    if (tried === perWorker) throw new Error(`there are no ${count} free ports from ${from} on`)
    const port = from + worker * perWorker + (next++ % perWorker)
    if (await isFree(port)) ports.push(port)
  }
  return ports.toSorted((a, b) => a - b)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (!(await listening)) return false
  await once(server.close(), 'close')
  return true
}
