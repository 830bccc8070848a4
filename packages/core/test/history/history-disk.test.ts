import { execFile } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest'
import { aCall } from './a-call.ts'
import { aDataDir, aWriter, until } from './a-writer.ts'
import { createHistoryForTests } from './history-for-tests.ts'

const run = promisify(execFile)

let dataDir = ''
beforeEach(async () => {
  dataDir = await aDataDir()
})
afterEach(() => run('umount', [dataDir]).catch(() => 'nothing was mounted'))

/** Makes the data folder a disk of 256 KB, or skips the test where this user may not mount. */
async function mountSmallDisk(context: TestContext): Promise<void> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'portaria-test', dataDir])
  } catch (error) {
    context.skip(`a small tmpfs cannot be mounted here: ${String(error)}`)
  }
}

const fill = (): Promise<void> =>
  writeFile(join(dataDir, 'filler'), Buffer.alloc(1_000_000)).then(
    () => Promise.reject(new Error('the disk is larger than it should be')),
    () => undefined,
  )

test('a disk with no byte left rings, and calls are delivered from memory', async (context) => {
  await mountSmallDisk(context)
  await fill()
  const { writer, history, alarms } = aWriter({ dataDir })
  await using _ = writer
  for (let i = 0; i < 700; i++) writer.add(aCall())
  await until(() => expect(history.calls.size).toBe(700))
  expect(alarms.get('history-disk')).toMatch(/ENOSPC.*Free some space there/)
  expect(writer.stats()).toMatchObject({ spooled: 0, lost: 0 })

  await rm(join(dataDir, 'filler'))
  await until(() => expect(alarms.has('history-disk')).toBe(false))
  writer.add(aCall())
  await until(() => expect(history.calls.size).toBe(701))
})

test('calls that neither the disk nor the history takes wait in memory, up to a bound', async (context) => {
  await mountSmallDisk(context)
  const history = createHistoryForTests()
  history.fault = 'away'
  const { writer, alarms } = aWriter({ dataDir, history, maxRowsInMemory: 200 })
  await using _ = writer
  await fill()
  for (let i = 0; i < 300; i++) writer.add(aCall())
  await until(() => expect(alarms.get('history-disk')).toContain('ENOSPC'))
  expect(writer.stats()).toEqual({ spooled: 200, delivered: 0, lost: 100 })
  expect(alarms.get('history-lost')).toMatch(/^100 calls are missing/)

  history.fault = null
  writer.retryNow()
  await until(() => expect(history.calls.size).toBe(200))
  await until(() => expect(alarms.has('history-lost')).toBe(false))
})

test('a disk that fills up in the middle of a line keeps every call whole and once', async (context) => {
  await mountSmallDisk(context)
  const history = createHistoryForTests()
  history.fault = 'away'
  const { writer, alarms } = aWriter({ dataDir, history })
  await using _ = writer
  for (let i = 0; i < 1_500; i++) writer.add(aCall())
  await until(() => expect(alarms.get('history-disk')).toContain('ENOSPC'))
  history.fault = null
  writer.retryNow()
  await until(() => expect(history.calls.size).toBe(1_500))
  await until(() => expect(writer.stats()).toMatchObject({ spooled: 0, lost: 0 }))
})

test('a disk that turns read-only rings, and its calls are delivered once', async (context) => {
  await mountSmallDisk(context)
  const history = createHistoryForTests()
  history.fault = 'answer-lost'
  const { writer, alarms } = aWriter({ dataDir, history })
  await using _ = writer
  writer.add(aCall())
  await until(async () => expect(await readdir(join(dataDir, 'spool'))).toEqual(['000000001.rows']))
  await until(() => expect(writer.stats().spooled).toBe(1))
  // The file that is open for writing keeps the disk from turning read-only: a delivery that fails closes it.
  await until(async () => {
    writer.retryNow()
    await run('mount', ['-o', 'remount,ro', dataDir])
  })
  writer.add(aCall())
  await until(() => expect(alarms.get('history-disk')).toContain('EROFS'))
  history.fault = null
  writer.retryNow()
  await until(() => expect(writer.stats()).toMatchObject({ spooled: 0, delivered: 2, lost: 0 }))
  expect(history.calls.size).toBe(2)
})

test('a folder that cannot be rings, and is made as soon as it can be', async () => {
  const place = join(dataDir, 'data')
  await writeFile(place, 'a file, where a folder should be')
  const { writer, history, alarms } = aWriter({ dataDir: join(place, 'portaria') })
  await using _ = writer
  writer.add(aCall())
  await until(() => expect(history.calls.size).toBe(1))
  expect(alarms.get('history-disk')).toContain('ENOTDIR')
  await rm(place)
  await mkdir(place)
  await until(() => expect(alarms.has('history-disk')).toBe(false))
})
