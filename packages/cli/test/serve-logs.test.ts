import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServeLogs } from '../src/serve-logs.ts'

describe("the daemon's log", () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portaria-logs-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is JSON lines, in the file and for a program that reads standard output', async () => {
    const screen = new PassThrough().setEncoding('utf8')
    const logs = await startServeLogs({ folder: join(folder, 'deep/er'), level: 'info', screen })
    logs.log.child({ call_id: 'x' }).info({ ramal: '1000' }, 'a visitor')
    logs.log.debug({}, 'not told')
    await logs[Symbol.asyncDispose]()
    const text = await readFile(join(folder, 'deep/er/audiosocket.log'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      level: 'info',
      call_id: 'x',
      ramal: '1000',
      msg: 'a visitor',
    })
    expect(screen.read()).toBe(text)
  })

  it('is readable lines on a terminal, and still JSON in the file', async () => {
    const screen = Object.assign(new PassThrough().setEncoding('utf8'), { isTTY: true })
    const logs = await startServeLogs({ folder, level: 'info', screen })
    const shown = new Promise<string>((resolve) => screen.once('data', resolve))
    logs.log.info({ ramal: '1000' }, 'serving')
    expect(await shown).toMatch(/INFO.*serving/)
    await logs[Symbol.asyncDispose]()
    const text = await readFile(join(folder, 'audiosocket.log'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ msg: 'serving' })
  })

  it('goes on in the file when the reader of standard output goes away', async () => {
    const screen = new PassThrough()
    const logs = await startServeLogs({ folder, level: 'info', screen })
    screen.destroy(new Error('EPIPE'))
    await new Promise((resolve) => screen.once('close', resolve))
    logs.log.info({}, 'still here')
    await logs[Symbol.asyncDispose]()
    expect(await readFile(join(folder, 'audiosocket.log'), 'utf8')).toContain('still here')
  })

  it('never fills the disk: old files are removed', async () => {
    const bounds = { size: '10K', oldFiles: 2 } as const
    const screen = new PassThrough().resume()
    const logs = await startServeLogs({ folder, level: 'info', screen, bounds })
    for (let i = 0; i < 60; i++) {
      for (let line = 0; line < 10; line++) logs.log.info({ pad: 'x'.repeat(200) }, `line ${i}`)
      // Rotation renames files in between.
      await nextTurn()
    }
    await logs[Symbol.asyncDispose]()
    expect((await readdir(folder)).toSorted()).toEqual([
      'audiosocket.log',
      'audiosocket.log.1',
      'audiosocket.log.2',
    ])
    const text = await readFile(join(folder, 'audiosocket.log'), 'utf8')
    expect(text).toContain('line 59')
  })

  it('does not start into a folder that cannot be written, and says the remedy', async () => {
    await writeFile(join(folder, 'file'), '')
    const starting = startServeLogs({
      folder: join(folder, 'file'),
      level: 'info',
      screen: new PassThrough(),
    })
    await expect(starting).rejects.toThrow(/cannot write logs into .*--log-dir/)
  })
})
