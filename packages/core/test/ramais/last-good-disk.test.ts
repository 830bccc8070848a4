import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest'
import { silentLog } from '../../src/log.ts'
import { readLastGood } from '../../src/ramais/last-good.ts'
import { createLastGoodWriter, type LastGoodWriter } from '../../src/ramais/write-last-good.ts'
import { aRamal } from './a-ramal.ts'

const run = promisify(execFile)

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-disk-'))
})
afterEach(async () => {
  await run('umount', [folder]).catch(() => 'nothing was mounted')
  await rm(folder, { recursive: true })
})

/** Makes the folder a disk of 256 KB, or skips the test where this user may not mount. */
async function mountSmallDisk(context: TestContext): Promise<void> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'portaria-test', folder])
  } catch (error) {
    context.skip(`a small tmpfs cannot be mounted here: ${String(error)}`)
  }
}

function writerTo(dataDir: string): { writer: LastGoodWriter; told: (string | null)[] } {
  const told: (string | null)[] = []
  const onFailure = (error: Error | null): void => {
    told.push(error === null ? null : error.message)
  }
  return { writer: createLastGoodWriter({ dataDir, log: silentLog, onFailure }), told }
}

test('a full disk keeps the old configuration, is told, and the next write after it works', async (context) => {
  await mountSmallDisk(context)
  const { writer, told } = writerTo(folder)
  writer.write([aRamal(1)])
  await writer.settled()
  const many = Array.from({ length: 10_000 }, (_, index) => aRamal(index))
  for (const ramais of [many, many.slice(1)]) {
    writer.write(ramais)
    await writer.settled()
    expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  }
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(/^cannot keep the last good configuration in .*ENOSPC.*Free some space/)

  writer.write([aRamal(2)])
  await writer.settled()
  writer.write([aRamal(3)])
  await writer.settled()
  expect(told.slice(2)).toEqual([null])
  expect((await readLastGood(folder)).rows).toEqual([aRamal(3)])
})

test('a disk with no byte left keeps what was safe', async (context) => {
  await mountSmallDisk(context)
  const { writer, told } = writerTo(folder)
  writer.write([aRamal(1)])
  await writer.settled()
  const filler = join(folder, 'filler')
  await expect(writeFile(filler, Buffer.alloc(1_000_000))).rejects.toThrow('ENOSPC')
  writer.write([aRamal(2)])
  await writer.settled()
  expect(told[0]).toContain('ENOSPC')
  expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  await rm(filler)
  writer.write([aRamal(2)])
  await writer.settled()
  expect(told.slice(1)).toEqual([null])
  expect((await readLastGood(folder)).rows).toEqual([aRamal(2)])
})

test('a disk that turns read-only keeps the old configuration, until it can be written again', async (context) => {
  await mountSmallDisk(context)
  const { writer, told } = writerTo(folder)
  writer.write([aRamal(1)])
  await writer.settled()
  await run('mount', ['-o', 'remount,ro', folder])
  writer.write([aRamal(2)])
  await writer.settled()
  expect(told[0]).toMatch(/EROFS.*let this user write there/)
  expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  await run('mount', ['-o', 'remount,rw', folder])
  writer.write([aRamal(2)])
  await writer.settled()
  expect(told.slice(1)).toEqual([null])
  expect((await readLastGood(folder)).rows).toEqual([aRamal(2)])
})

test('a folder that cannot be is told, and made as soon as it can be', async () => {
  const place = join(folder, 'data')
  await writeFile(place, 'a file, where a folder should be')
  const { writer, told } = writerTo(join(place, 'portaria'))
  writer.write([aRamal(1)])
  await writer.settled()
  expect(told[0]).toContain('ENOTDIR')
  await rm(place)
  await mkdir(place)
  writer.write([aRamal(1)])
  await writer.settled()
  expect(told.slice(1)).toEqual([null])
  expect((await readLastGood(join(place, 'portaria'))).rows).toEqual([aRamal(1)])
})
