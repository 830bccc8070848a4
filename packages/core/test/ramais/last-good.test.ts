import { execFile } from 'node:child_process'
import { watch } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '../../src/log.ts'
import { readLastGood } from '../../src/ramais/last-good.ts'
import type { Ramal } from '../../src/ramais/ramal.ts'
import { createLastGoodWriter } from '../../src/ramais/write-last-good.ts'
import { aRamal } from './a-ramal.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-last-good-'))
})
afterEach(() => rm(folder, { recursive: true }))

const inFolder = (name: string) => join(folder, name)
const newest = () => inFolder('ramais_config.json')
const previous = () => inFolder('ramais_config.json.1')
const before = () => inFolder('ramais_config.json.before-database')

/** Writes these configurations one after another; returns what was logged. */
async function keep(...configurations: readonly (readonly Ramal[])[]): Promise<string[]> {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: object, message: string) => warnings.push(message) }
  const onFailure = (error: Error | null): void => {
    if (error !== null) throw error
  }
  await using writer = createLastGoodWriter({ dataDir: folder, log, onFailure })
  for (const ramais of configurations) {
    writer.write(ramais)
    await writer.settled()
  }
  return warnings
}

describe('the last good configuration', () => {
  test('is read as it was written, the legacy file with a checksum beside it', async () => {
    await keep([aRamal(1), aRamal(2, { porta_retorno: null })])
    expect(JSON.parse(await readFile(newest(), 'utf8'))).toEqual({
      ramais: [
        {
          id: 1,
          ramal_ia: '1001',
          ramal_retorno: '2001',
          ip_servidor: '0.0.0.0',
          porta_ia: 8001,
          porta_retorno: 9001,
          condominio_id: 1,
        },
        aRamal(2, { porta_retorno: null }),
      ],
    })
    await promisify(execFile)('sha256sum', ['-c', 'ramais_config.json.sha256'], { cwd: folder })
    expect(await readLastGood(folder)).toEqual({
      rows: [aRamal(1), aRamal(2, { porta_retorno: null })],
      from: newest(),
      notices: [],
    })
  })

  test('keeps who may connect: a ramal must not stand open because the database is down', async () => {
    await keep([aRamal(1, { allow: ['10.0.0.0/8'] })])
    expect((await readLastGood(folder)).rows).toEqual([aRamal(1, { allow: ['10.0.0.0/8'] })])
  })

  test('may be empty, or 10,000 ramais', async () => {
    await keep([])
    expect((await readLastGood(folder)).rows).toEqual([])
    const many = Array.from({ length: 10_000 }, (_, index) => aRamal(index))
    await keep(many)
    expect((await readLastGood(folder)).rows).toEqual(many)
  })

  test('is absent where nothing was ever written, and that is no fault', async () => {
    expect(await readLastGood(folder)).toEqual({ rows: null, from: null, notices: [] })
    const nowhere = await readLastGood(inFolder('none'))
    expect(nowhere).toEqual({ rows: null, from: null, notices: [] })
  })

  test("is the legacy service's file where that has no checksum", async () => {
    await writeFile(newest(), JSON.stringify([aRamal(1)]))
    expect(await readLastGood(folder)).toEqual({
      rows: [aRamal(1)],
      from: newest(),
      notices: [],
    })
  })

  test('is not written again when nothing has changed', async () => {
    await keep([aRamal(1)], [aRamal(2)])
    const { ino, mtimeMs } = await stat(newest())
    await keep([aRamal(2)], [aRamal(2)])
    expect(await stat(newest())).toMatchObject({ ino, mtimeMs })
    expect(await readFile(previous(), 'utf8')).toContain('"1001"')
  })

  test('gets its checksum back when that was lost', async () => {
    await keep([aRamal(1)])
    await rm(`${newest()}.sha256`)
    await keep([aRamal(1)])
    await writeFile(newest(), 'x')
    expect((await readLastGood(folder)).notices[0]).toContain('does not match its checksum')
  })

  test('is the latest of many that came while one was written', async () => {
    await using writer = createLastGoodWriter({
      dataDir: folder,
      log: silentLog,
      onFailure: (error) => expect(error).toBeNull(),
    })
    for (let id = 1; id <= 500; id += 1) writer.write([aRamal(id)])
    await writer.settled()
    expect((await readLastGood(folder)).rows).toEqual([aRamal(500)])
    await rm(newest())
    expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  })

  test('leaves nothing else in the folder', async () => {
    await keep([aRamal(1)], [aRamal(2)], [aRamal(3)])
    expect((await readdir(folder)).sort()).toEqual([
      'ramais_config.json',
      'ramais_config.json.1',
      'ramais_config.json.1.sha256',
      'ramais_config.json.sha256',
    ])
  })
})

describe('when the newest is damaged', () => {
  const older = [aRamal(1), aRamal(2)]

  test.each([
    ['truncated', () => writeFile(newest(), '{"ramais":[\n  {"id":1,'), 'does not match'],
    ['emptied', () => writeFile(newest(), ''), 'does not match'],
    ['without its checksum, and no JSON', () => breakWithoutChecksum(), ':1:3: not JSON'],
    ['of an empty checksum', () => writeFile(`${newest()}.sha256`, ''), 'does not match'],
    ['removed', () => rm(newest()), 'using the previous configuration'],
  ])('the previous is used, and that is said: %s', async (_, damage, notice) => {
    await keep(older, [aRamal(3)])
    await damage()
    const { rows, from, notices } = await readLastGood(folder)
    expect(rows).toEqual(older)
    expect(from).toBe(previous())
    expect(notices.join('\n')).toContain(notice)
    expect(notices.at(-1)).toBe(`using the previous configuration, ${previous()}`)
  })

  async function breakWithoutChecksum(): Promise<void> {
    await rm(`${newest()}.sha256`)
    await writeFile(newest(), '{"')
  }

  test('by any bit, the previous is used', async () => {
    await keep(older, [aRamal(3)])
    const good = await readFile(newest())
    const bit = fc.record({ at: fc.nat(good.length - 1), bit: fc.nat(7) })
    await fc.assert(
      fc.asyncProperty(bit, async ({ at, bit: flipped }) => {
        const bad = Buffer.from(good)
        bad.writeUInt8(bad.readUInt8(at) ^ (1 << flipped), at)
        await writeFile(newest(), bad)
        expect((await readLastGood(folder)).rows).toEqual(older)
      }),
    )
  })

  test('the next one written does not push the good one out', async () => {
    await keep(older, [aRamal(3)])
    await writeFile(newest(), 'x')
    await keep([aRamal(4)])
    expect((await readLastGood(folder)).rows).toEqual([aRamal(4)])
    await writeFile(newest(), 'x')
    expect((await readLastGood(folder)).rows).toEqual(older)
  })

  test('and the previous too, there is none, and each reason is given', async () => {
    await keep(older, [aRamal(3)])
    await writeFile(newest(), 'x')
    await writeFile(previous(), 'x')
    const { rows, from, notices } = await readLastGood(folder)
    expect({ rows, from }).toEqual({ rows: null, from: null })
    expect(notices).toHaveLength(2)
    expect(notices[1]).toMatch(/ramais_config\.json\.1 does not match its checksum/)
  })

  test('by being a folder, the previous is used, and the reason is given', async () => {
    await keep(older, [aRamal(3)])
    await rm(newest())
    await mkdir(newest())
    const { rows, notices } = await readLastGood(folder)
    expect(rows).toEqual(older)
    expect(notices[0]).toMatch(/^cannot read .*ramais_config\.json: EISDIR/)
  })
})

describe('a write that is cut off', () => {
  const renames = [
    'ramais_config.json.1.sha256',
    'ramais_config.json.1',
    'ramais_config.json.sha256',
    'ramais_config.json',
  ]

  test('was made of four renames, in this order', async () => {
    await keep([aRamal(1)], [aRamal(2)])
    const seen: string[] = []
    const watcher = watch(folder, (_, name) => {
      if (name !== null && !name.endsWith('.tmp')) seen.push(name)
    })
    try {
      await keep([aRamal(3)])
      await vi.waitFor(() => expect(seen).toEqual(renames), { timeout: 10_000 })
    } finally {
      watcher.close()
    }
  })

  test.each([1, 2, 3])(
    'after %i of them leaves what was there, and the next write mends all',
    async (count) => {
      await keep([aRamal(1)], [aRamal(2)])
      const finished = await mkdtemp(join(tmpdir(), 'portaria-last-good-'))
      for (const name of await readdir(folder)) await copyFile(inFolder(name), join(finished, name))
      const atSecond = folder
      folder = finished
      await keep([aRamal(3)])
      folder = atSecond
      for (const name of renames.slice(0, count))
        await copyFile(join(finished, name), inFolder(name))
      await rm(finished, { recursive: true })

      expect((await readLastGood(folder)).rows).toEqual([aRamal(2)])
      const warnings = await keep([aRamal(4)])
      expect(warnings).toEqual([])
      expect((await readLastGood(folder)).rows).toEqual([aRamal(4)])
      await writeFile(newest(), 'x')
      expect((await readLastGood(folder)).rows).toEqual([aRamal(2)])
    },
  )

  test('for the first time leaves no file that passes for somebody else’s', async () => {
    await writeFile(`${newest()}.sha256`, 'of a file that never came')
    await writeFile(`${newest()}.tmp`, '{"ram')
    expect(await readLastGood(folder)).toEqual({ rows: null, from: null, notices: [] })
    expect(await keep([aRamal(1)])).toEqual([])
    expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  })
})

describe("somebody else's file", () => {
  test('is kept once beside ours, and that is said', async () => {
    const legacy = JSON.stringify({ ramais: [aRamal(1)] })
    await writeFile(newest(), legacy)
    const warnings = await keep([aRamal(2)], [aRamal(3)])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('a copy is kept')
    expect(await readFile(before(), 'utf8')).toBe(legacy)

    await rm(`${newest()}.sha256`)
    await writeFile(newest(), legacy)
    expect(await keep([aRamal(4)])).toEqual([])
  })

  test('is kept each time it is another one: whoever goes back to the file for a while edits it there', async () => {
    const contents = ['[]', '{"ramais":[]}', 'no JSON']
    for (const [index, content] of contents.entries()) {
      await writeFile(newest(), content)
      expect(await keep([aRamal(index)])).toHaveLength(1)
    }
    const copies = [before(), `${before()}.2`, `${before()}.3`]
    expect(await Promise.all(copies.map((copy) => readFile(copy, 'utf8')))).toEqual(contents)
  })

  test('is not written over when too many are kept already, and that is said', async () => {
    for (let index = 0; index < 9; index += 1) {
      await writeFile(newest(), `edited ${index}`)
      await keep([aRamal(index)])
    }
    await writeFile(newest(), 'edited at last')
    const onFailure = vi.fn<(error: Error | null) => void>()
    await using writer = createLastGoodWriter({ dataDir: folder, log: silentLog, onFailure })
    writer.write([aRamal(9)])
    await writer.settled()
    expect(onFailure.mock.lastCall?.[0]?.message).toContain('move them away')
    expect(await readFile(newest(), 'utf8')).toBe('edited at last')
    await rm(before())
    await keep([aRamal(9)])
    expect(await readFile(before(), 'utf8')).toBe('edited at last')
  })

  test('is the previous generation of our first one', async () => {
    await writeFile(newest(), JSON.stringify([aRamal(1)]))
    await keep([aRamal(2)])
    await rm(newest())
    expect((await readLastGood(folder)).rows).toEqual([aRamal(1)])
  })

  test('is kept too when it is ours, edited since, or no JSON', async () => {
    await keep([aRamal(1)])
    await writeFile(newest(), 'my ramais')
    expect(await keep([aRamal(2)])).toHaveLength(1)
    expect(await readFile(before(), 'utf8')).toBe('my ramais')
  })
})
