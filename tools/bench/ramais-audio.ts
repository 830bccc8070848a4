import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestDatabase } from '@portaria/test-kit/test-database'

export const calls = 100
export const notifications = 10_000
const callsASecond = 200
const warmUpSeconds = 3
const seconds = 8
const everyMs = 100

/** Of the frames that the callers get: p99 of |gap - 20 ms|, in ms. */
export type Paced = {
  readonly p99Ms: number
  readonly lost: number
  /** The daemon or the generator waited for a core that others had: nothing can be said. */
  readonly disturbed: boolean
}

/** More than this share of a core spent waiting for one is somebody else's work. */
const maxRunDelay = 0.08

/** The parts of callgen's report that are read here. */
type Report = {
  gap_dev_ms: { p99: number }
  connects: { failed: number; dropped_early: number; server_hangups: number }
  generator: { overloaded: boolean }
  contention: { server_run_delay_cores: number; generator_run_delay_cores: number }
}

/** Calls at these ports of the daemon, while `meanwhile` goes on. */
export async function measureCalls(o: {
  generator: string
  /** Of the calls' ids: a daemon takes none twice. */
  seed: number
  /** Of the daemon. */
  pid: number
  ports: readonly number[]
  meanwhile: () => Promise<void>
}): Promise<Paced> {
  const flags = {
    calls,
    secs: seconds,
    warmup: warmUpSeconds,
    cps: callsASecond,
    seed: o.seed,
    pid: o.pid,
    port: o.ports.join(','),
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  const generator = spawn(o.generator, [...args, '--continuous', '--silent'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(generator, 'close')
  const said = text(generator.stdout)
  // When all calls are up and greeted.
  await pause((calls / callsASecond + warmUpSeconds) * 1_000)
  await o.meanwhile()
  await ended
  return pacedOf(JSON.parse(await said) as Report)
}

function pacedOf({ gap_dev_ms, connects, generator, contention }: Report): Paced {
  const { server_run_delay_cores: server, generator_run_delay_cores: own } = contention
  return {
    p99Ms: gap_dev_ms.p99,
    lost: connects.failed + connects.dropped_early + connects.server_hangups,
    disturbed: generator.overloaded || Math.max(server, own) > maxRunDelay,
  }
}

/** What triggers would tell of rows that are there, evenly over the time that calls are measured. */
export async function notifyMuch(database: TestDatabase, rows: number): Promise<void> {
  const client = await database.client()
  const rounds = (seconds * 1_000) / everyMs
  const startMs = performance.now()
  for (let round = 0; round < rounds; round++) {
    await client.query(
      `SELECT pg_notify('change_record_extension_ia', json_build_object(
         'action', 'UPDATE', 'data', json_build_object('extension_ia_id', 1 + n % $2), 'n', n)::text)
       FROM generate_series($1::int, $1::int + $3::int - 1) AS n`,
      [(round * notifications) / rounds, rows, notifications / rounds],
    )
    await pause(Math.max(0, startMs + (round + 1) * everyMs - performance.now()))
  }
  await client.end()
}
