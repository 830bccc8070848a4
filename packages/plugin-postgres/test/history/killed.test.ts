import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { aDataDir, aHistory, aWriter } from './a-history.ts'
import { expectSumsOfCalls } from './kept-calls.ts'

const runs = 25
const script = join(import.meta.dirname, 'write-calls-until-killed.ts')

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await startTestDatabase({ migrated: true })
  dataDir = await aDataDir()
})
afterAll(async () => {
  await rm(dataDir, { recursive: true })
  await database[Symbol.asyncDispose]()
})

async function writeUntilKilled(run: number): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--conditions=@portaria/source', script, database.url, dataDir, String(run)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exit = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), exit])
  // Fractions of a write and of a delivery, so that the kills fall into every step of them.
  await pause((run * 7) % 23)
  child.kill('SIGKILL')
  expect(await exit).toEqual([null, 'SIGKILL'])
}

it('a writer killed again and again leaves each call once, without a gap before the kill', async () => {
  for (let run = 1; run <= runs; run += 1) await writeUntilKilled(run)
  await using history = await aHistory(database.url)
  await using writer = aWriter(history, dataDir)
  await vi.waitFor(async () => expect(await readdir(join(dataDir, 'spool'))).toEqual([]), {
    timeout: 60_000,
    interval: 20,
  })
  const byRun = await database.sql(`SELECT block, count(*)::int AS calls, max(unit::int) AS last
    FROM portaria_call GROUP BY block`)
  expect(byRun).toHaveLength(runs)
  for (const { calls, last } of byRun) expect(calls).toBe(last)
  // A line that a kill tore is one call that was not on disk yet.
  expect(writer.stats().lost).toBeLessThanOrEqual(runs)
  await expectSumsOfCalls(database)
}, 300_000)
