/**
 * `pnpm bench ramais`: how soon a row is a ramal that answers. A real PostgreSQL that writes to the disk, and the daemon
 * as a user starts it. Exit 1 when a goal is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { percentile } from '../../packages/cli/src/call/figures.ts'
import { type Served, servePortaria } from '../../test/src/cli/serve-portaria.ts'
import { goFirst } from './go-first.ts'
import { compile, withoutCompiler, works } from './load-generator.ts'
import { runInOwnNetwork } from './own-network.ts'
import { calls, measureCalls, notifications, notifyMuch, type Paced } from './ramais-audio.ts'
import { measureListener } from './ramais-listener.ts'
import { unusedPorts, untilAccepted, untilAllListen } from './ramais-ports.ts'
import { committing, insertRows, movePorts, type Row } from './ramais-rows.ts'
import { untilQuiet } from './until-quiet.ts'

const ramais = 1_000
const singleChanges = 1_000
const restarts = 3
const starts = 3
/** Long enough that the daemon's attempts to connect come at their slowest. */
const downMs = 4_000

type Figure = { what: string; measured: string; goal: string; met: boolean }
const figures: Figure[] = []

function figure(what: string, o: { value: number; most: number; unit: string; digits?: number }) {
  const { value, most, unit, digits = 1 } = o
  const measured = `${value.toFixed(digits)} ${unit}`
  const goal = `${most} ${unit}`
  figures.push({ what, measured, goal, met: value <= most })
  console.log(`${what}: ${measured}`)
}

function rowsOf(ports: readonly number[], firstId: number): Row[] {
  return Array.from({ length: ports.length / 2 }, (_, i) => ({
    id: firstId + i,
    ports: [ports[2 * i] ?? 0, ports[2 * i + 1] ?? 0],
  }))
}

async function stop(served: Served): Promise<void> {
  served.signal('SIGTERM')
  await served.ended
}

/** 1,000 rows in one transaction. */
async function insertAll(database: TestDatabase, rows: readonly Row[]): Promise<void> {
  const client = await database.client()
  const { atMs, done } = await committing(client, () => insertRows(client, rows))
  const allMs = await untilAllListen(rows.flatMap(({ ports }) => ports))
  await done
  // The kernel's word is good when one of them says so too.
  await untilAccepted(rows.at(-1)?.ports[0] ?? 0)
  figure(`${rows.length} INSERTs in one transaction → all accept`, {
    value: allMs - atMs,
    most: 1_000,
    unit: 'ms',
    digits: 0,
  })
  await client.end()
}

/** Half of them INSERTs, half UPDATEs of both ports, each in a transaction of its own. */
async function changeOneByOne(database: TestDatabase, ports: readonly number[]): Promise<void> {
  const client = await database.client()
  const half = singleChanges / 2
  const added = rowsOf(ports.slice(0, 2 * half), ramais + 1)
  const moved = rowsOf(ports.slice(2 * half), ramais + 1)
  const tookMs: number[] = []
  const change = async (row: Row, work: () => Promise<void>): Promise<void> => {
    const { atMs, done } = await committing(client, work)
    const acceptedMs = await untilAccepted(row.ports[0])
    await done
    tookMs.push(acceptedMs - atMs)
  }
  for (const [i, row] of added.entries()) {
    await change(row, () => insertRows(client, [row]))
    const other = moved[i]
    if (other !== undefined) await change(other, () => movePorts(client, other))
  }
  await client.end()
  const what = `COMMIT → TCP connect accepted, ${tookMs.length} single changes`
  figure(`${what}, p50`, { value: percentile(tookMs, 0.5) ?? NaN, most: 10, unit: 'ms' })
  figure(`${what}, p99`, { value: percentile(tookMs, 0.99) ?? NaN, most: 50, unit: 'ms' })
}

async function restartDatabase(database: TestDatabase, ports: readonly number[]): Promise<void> {
  const tookMs: number[] = []
  for (let i = 0; i < restarts; i++) {
    await database.stop()
    await pause(downMs)
    await database.start()
    const backMs = performance.now()
    const client = await database.client()
    const moved: Row = { id: 1 + i, ports: [ports[2 * i] ?? 0, ports[2 * i + 1] ?? 0] }
    const { done } = await committing(client, () => movePorts(client, moved))
    await done
    tookMs.push((await untilAccepted(moved.ports[0])) - backMs)
    await client.end()
  }
  const what = `database back after ${downMs / 1_000} s → converged, slowest of ${restarts}`
  figure(what, { value: Math.max(...tookMs) / 1_000, most: 5, unit: 's' })
}

async function startServing(o: { folder: string; database: TestDatabase }): Promise<Served> {
  return servePortaria(o.folder, { ramais: 'postgres', env: { DATABASE_URL: o.database.url } })
}

async function measureStarts(
  o: { folder: string; database: TestDatabase },
  rows: readonly Row[],
): Promise<void> {
  const tookMs: number[] = []
  for (let i = 0; i < starts; i++) {
    const startMs = performance.now()
    const starting = startServing(o)
    const listening = untilAllListen(rows.flatMap(({ ports }) => ports))
    await using served = await starting
    tookMs.push((await listening) - startMs)
    await stop(served)
  }
  const what = `start with ${rows.length} ramais → all accept, slowest of ${starts}`
  figure(what, { value: Math.max(...tookMs) / 1_000, most: 3, unit: 's', digits: 2 })
}

async function compareListeners(database: TestDatabase): Promise<void> {
  const { bare, ours } = await measureListener(database)
  const p50 = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
  console.log(`bare pg ${p50(bare).toFixed(3)} ms, our listener ${p50(ours).toFixed(3)} ms`)
  const value = p50(ours) / p50(bare)
  const what = `notification through our listener : bare pg client, p50 of ${ours.length}`
  figure(what, { value, most: 1.2, unit: 'x', digits: 2 })
}

/** A run while the machine was busy with other things says nothing: it is repeated, twice at most. */
async function untilUndisturbed(
  measure: (seed: number) => Promise<Paced>,
  firstSeed: number,
): Promise<Paced> {
  for (let tries = 0; ; tries++) {
    const paced = await measure(firstSeed + tries)
    if (!paced.disturbed || tries === 2) return paced
    console.log(`thrown away, the machine was busy with something else: p99 ${paced.p99Ms} ms`)
  }
}

async function callWhileNotified(o: {
  folder: string
  database: TestDatabase
  pid: number
  rows: readonly Row[]
}): Promise<void> {
  if (!works('gcc', ['--version']))
    return console.log(`paced calls are skipped: ${withoutCompiler}`)
  const { pid } = o
  const generator = compile(o.folder, 'callgen')
  const ports = o.rows.slice(-10).map((row) => row.ports[0])
  const run = (seed: number, meanwhile: () => Promise<void>): Promise<Paced> =>
    measureCalls({ generator, pid, ports, seed, meanwhile })
  const quiet = await untilUndisturbed((seed) => run(seed, () => Promise.resolve()), 1)
  console.log(`${calls} calls, nothing told: p99 ${quiet.p99Ms} ms`)
  const told = await untilUndisturbed(
    (seed) => run(seed, () => notifyMuch(o.database, o.rows.length)),
    11,
  )
  const what = `${calls} calls while ${notifications} notifications come, p99 of |gap - 20 ms|`
  const note = told.disturbed ? ' (disturbed)' : ''
  figure(what + note, { value: told.p99Ms, most: 5, unit: 'ms' })
  figure('calls lost meanwhile', { value: told.lost, most: 0, unit: '', digits: 0 })
}

async function bench(folder: string): Promise<void> {
  console.log(
    goFirst() ? 'before all other programs of the machine' : 'among the programs of the machine',
  )
  // Safe writes, as a database has them that somebody depends on.
  const args = ['-c', 'fsync=on', '-c', 'full_page_writes=on']
  await using database = await startTestDatabase({ migrated: true, args })
  await compareListeners(database)
  const ports = await unusedPorts(2 * ramais + 2 * singleChanges + 2 * restarts + 2)
  const take = (count: number, from: number): readonly number[] => ports.slice(from, from + count)
  const rows = rowsOf(take(2 * ramais, 0), 1)
  // A table that is not empty: the pair 1000/1001 is not served meanwhile.
  const first = rowsOf(take(2, 2 * ramais + 2 * singleChanges + 2 * restarts), 9_999)
  const client = await database.client()
  await insertRows(client, first)
  await client.end()

  await using early = await startServing({ folder, database })
  await untilQuiet(early.pid)
  await insertAll(database, rows)
  await untilQuiet(early.pid)
  await changeOneByOne(database, take(2 * singleChanges, 2 * ramais))
  await stop(early)
  await database.sql('DELETE FROM public.extension_ia WHERE extension_ia_id > $1', [ramais])
  await measureStarts({ folder, database }, rows)
  await using served = await startServing({ folder, database })
  await untilQuiet(served.pid)
  await callWhileNotified({ folder, database, pid: served.pid, rows })
  await restartDatabase(database, take(2 * restarts, 2 * ramais + 2 * singleChanges))
  await stop(served)
}

async function benchInFolder(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'portaria-bench-'))
  try {
    await bench(folder)
    console.table(figures)
    return figures.every(({ met }) => met) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = runInOwnNetwork() ?? (await benchInFolder())
