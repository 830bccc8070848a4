import { isConfigError } from '@portaria/core/plugin'
import { once } from 'node:events'
import { cp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  copyAsItIs,
  dataFolder,
  postmasterPid,
  query,
  ramais,
  runEmbedded,
  start,
} from './embedded.ts'

let made: Awaited<ReturnType<typeof dataFolder>> | null = null
beforeAll(async () => {
  made = await dataFolder()
  await using _first = await start(made.path)
}, 60_000)
afterAll(() => made?.[Symbol.asyncDispose]())

/** A data folder with a database that was made before, and stopped. */
async function madeFolder() {
  const folder = await dataFolder()
  if (made !== null) await copyAsItIs(made.path, folder.path)
  return folder
}

describe('an embedded server that was made before', { timeout: 60_000 }, () => {
  it('is taken over as it runs after its process was killed', async () => {
    await using folder = await madeFolder()
    await using killed = await runEmbedded(folder.path)
    const pid = await postmasterPid(folder.path)
    killed.process.kill('SIGKILL')
    await once(killed.process, 'exit')
    await using server = await start(folder.path)
    expect(server.url).toBe(killed.url)
    expect(await postmasterPid(folder.path)).toBe(pid)
    expect(await ramais(server.url)).toEqual([[1, '1000']])
  })

  it('belongs to one process: a second says who has it, and fails', async () => {
    await using folder = await madeFolder()
    await using first = await runEmbedded(folder.path)
    const error = await start(folder.path).catch((e: unknown) => e)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toContain(`in use by portaria serve, pid ${first.process.pid}`)
    expect(await ramais(first.url)).toEqual([[1, '1000']])
  })

  it('comes back on its port, with what was committed, when it crashes', async () => {
    await using folder = await madeFolder()
    await using server = await start(folder.path)
    await query(server.url, 'CREATE TABLE mine AS SELECT 7 AS i')
    process.kill(await postmasterPid(folder.path), 'SIGKILL')
    await vi.waitFor(
      async () => expect(await query(server.url, 'SELECT i FROM mine')).toEqual([{ i: 7 }]),
      { timeout: 20_000, interval: 100 },
    )
  })

  it('takes another port when its own is taken', async () => {
    await using folder = await madeFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const file = join(folder.path, 'postgres.json')
    const credentials = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...credentials, port }))
    try {
      await using server = await start(folder.path)
      expect(new URL(server.url).port).not.toBe(String(port))
      expect(await ramais(server.url)).toEqual([[1, '1000']])
    } finally {
      await once(other.close(), 'close')
    }
  })

  it('is not misled by a lock file that belongs to nobody, or to the folder it was copied from', async () => {
    await using folder = await madeFolder()
    await using copy = await dataFolder()
    await using server = await start(folder.path)
    const lock = await readFile(join(folder.path, 'postgres/postmaster.pid'), 'utf8')
    await server[Symbol.asyncDispose]()
    await copyAsItIs(folder.path, copy.path)
    const lockOfCopy = join(copy.path, 'postgres/postmaster.pid')

    await using original = await start(folder.path)
    await cp(join(folder.path, 'postgres/postmaster.pid'), lockOfCopy)
    {
      await using copied = await start(copy.path)
      expect(copied.url).not.toBe(original.url)
    }
    await writeFile(lockOfCopy, lock.replace(/^\d+/, String(process.pid)))
    await using copied = await start(copy.path)
    expect(await ramais(copied.url)).toEqual([[1, '1000']])
  })

  it('gets a new password when the file with the old one is gone', async () => {
    await using folder = await madeFolder()
    let url = ''
    {
      await using first = await start(folder.path)
      url = first.url
    }
    await unlink(join(folder.path, 'postgres.json'))
    await using second = await start(folder.path)
    expect(new URL(second.url).password).not.toBe(new URL(url).password)
    expect(await ramais(second.url)).toEqual([[1, '1000']])
  })

  it.each([
    ['its control file is gone', 'global/pg_control', null, /damaged: restore/],
    ['it was written by another version', 'PG_VERSION', '15\n', /another version of PostgreSQL/],
    [
      'its configuration is broken',
      'postgresql.conf',
      'shared_buffers = x',
      /"shared_buffers": "x".*Mend that file/,
    ],
  ])('says how to mend it when %s', async (_, file, text, message) => {
    await using folder = await madeFolder()
    const path = join(folder.path, 'postgres', file)
    await (text === null ? rm(path) : writeFile(path, text))
    const error = await start(folder.path).catch((e: unknown) => e)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain(join(folder.path, 'postgres'))
  })
})
