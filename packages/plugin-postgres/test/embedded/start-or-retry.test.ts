import { silentLog } from '@portaria/core/log'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { startOrRetry } from '../../src/embedded/start-or-retry.ts'
import { dataFolder, ramais, start } from './embedded.ts'

const { signal } = new AbortController()

describe('an embedded database that cannot be started', { timeout: 90_000 }, () => {
  it('is tried again when it has served before, and is there as soon as it can be', async () => {
    await using folder = await dataFolder()
    const before = await start(folder.path)
    await before[Symbol.asyncDispose]()
    const conf = join(folder.path, 'postgres/postgresql.conf')
    const good = await readFile(conf, 'utf8')
    await appendFile(conf, '\nno_such_setting = on\n')
    const told: string[] = []
    const log = { ...silentLog, error: (_: object, text: string) => void told.push(text) }
    await using server = await startOrRetry({ dataDir: folder.path, log, signal })
    expect(server.url).toBe(before.url)
    expect(told[0]).toMatch(/does not start: .*What was served last serves/)
    await expect(ramais(server.url)).rejects.toThrow(/ECONNREFUSED/)
    await writeFile(conf, good)
    await vi.waitFor(async () => expect(await ramais(server.url)).toEqual([[1, '1000']]), {
      timeout: 60_000,
      interval: 250,
    })
  })

  it('is given up while somebody waits for it, and leaves nothing running', async () => {
    await using folder = await dataFolder()
    const before = await start(folder.path)
    await before[Symbol.asyncDispose]()
    const conf = join(folder.path, 'postgres/postgresql.conf')
    const good = await readFile(conf, 'utf8')
    await appendFile(conf, '\nno_such_setting = on\n')
    const server = await startOrRetry({ dataDir: folder.path, log: silentLog, signal })
    await writeFile(conf, good)
    await server[Symbol.asyncDispose]()
    await expect(ramais(server.url)).rejects.toThrow(/ECONNREFUSED/)
  })

  it('is refused where another process has it', async () => {
    await using folder = await dataFolder()
    await using _owner = await start(folder.path)
    await expect(startOrRetry({ dataDir: folder.path, log: silentLog, signal })).rejects.toThrow(
      /in use by/,
    )
  })
})
