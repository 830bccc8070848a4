import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLastGood } from '../../src/ramais/last-good.ts'
import { aRamal } from './a-ramal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-killed-'))
})
afterAll(() => rm(folder, { recursive: true }))

const script = join(import.meta.dirname, 'keep-last-good-until-killed.ts')

/** Starts a writer, kills it `afterMs` after its first configuration is safe, and returns how many rows were safe last. */
async function killWriter(first: number, afterMs: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=@portaria/source', script, folder, String(first)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let safe = 0
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    safe = Number(line)
  })
  const closed = once(lines, 'close')
  await Promise.race([once(lines, 'line'), once(child, 'exit')])
  await sleep(afterMs)
  child.kill('SIGKILL')
  await Promise.all([once(child, 'exit'), closed])
  return safe
}

test('a writer killed 100 times leaves what was safe, or what it was writing, never less', async () => {
  let rows = 0
  let torn = 0
  for (let kill = 0; kill < 100; kill += 1) {
    // Fractions of a write, so that the kills fall into every step of it.
    const safe = await killWriter(rows + 1, (kill * 7) % 23)
    const read = await readLastGood(folder)
    const count = read.rows?.length ?? 0
    expect(count).toBeGreaterThanOrEqual(Math.max(safe, rows))
    expect(count).toBeLessThanOrEqual(safe + 1)
    expect(read.rows).toEqual(Array.from({ length: count }, (_, index) => aRamal(index + 1)))
    if (read.notices.length > 0) torn += 1
    rows = count
  }
  console.info(`${torn} of 100 kills left a newest file that did not verify`)
}, 300_000)
