import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTcpProxy, type TcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ownFolder } from '../cli/run-portaria.ts'
import { type Served, servePortaria } from '../cli/serve-portaria.ts'
import { quietPorts } from '../support/quiet-ports.ts'
import { deleteRows, insertRow, renumber } from './rows.ts'
import { patience, serveTable, type Site } from './serve-table.ts'

const run = promisify(execFile)

let database: TestDatabase
let proxy: TcpProxy
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
  proxy = await startTcpProxy(database)
}, 60_000)
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portaria-start-'))
})
afterEach(async () => {
  proxy.accept()
  await run('umount', [dataDir]).catch(() => 'nothing was mounted')
  await rm(dataDir, { recursive: true, force: true })
  await database.sql('TRUNCATE extension_ia')
})

const serve = (): Promise<Site> =>
  serveTable({ url: database.url, port: proxy.port, keptDir: dataDir })
const lastGood = (): Promise<string> => readFile(join(dataDir, 'ramais_config.json'), 'utf8')

/** Serves until the last good configuration holds a ramal of this number, then stops. */
async function serveOnce(change?: () => Promise<void>, number = '1000'): Promise<void> {
  await using site = await serve()
  await site.link('live')
  await change?.()
  await vi.waitFor(async () => expect(await lastGood()).toContain(`"${number}"`), patience)
}

describe('a start without the database', { timeout: 60_000 }, () => {
  it('row 10: serves the last good configuration, and applies what the database says when it comes', async () => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = await quietPorts(6)
    const first = await insertRow(database, { port: a, returnPort: b })
    const second = await insertRow(database, { port: c, returnPort: d })
    await serveOnce()
    proxy.refuse()
    await using site = await serve()
    await site.shows(`${first} ativo ${a}/${b}, ${second} ativo ${c}/${d}`)
    expect(site.daemon.snapshot().source).toMatchObject({ serving: 'last-good', link: 'lost' })
    expect(site.warnings.join('\n')).toMatch(/serving the last good configuration/)
    await using visitor = await site.visitor(a)
    await deleteRows(database, second)
    const third = await insertRow(database, { port: e, returnPort: f })
    proxy.accept()
    await site.shows(`${first} ativo ${a}/${b}, ${third} ativo ${e}/${f}`)
    expect(site.daemon.snapshot().source.serving).toBe('source')
    await site.authorises(visitor, b)
  })

  it('row 11: uses the previous generation when a bit of the newest has flipped, and says so', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await serveOnce()
    await serveOnce(() => renumber(database, id, '2000'), '2000')
    const path = join(dataDir, 'ramais_config.json')
    const bytes = await readFile(path)
    bytes[bytes.indexOf('2000')] = 0x33
    await writeFile(path, bytes)
    proxy.refuse()
    await using site = await serve()
    await site.shows(`${id} ativo ${a}/${b}`)
    expect(site.ramal(id)?.ramal_ia).toBe('1000')
    const said = site.warnings.join('\n')
    expect(said).toMatch(/does not match its checksum/)
    expect(said).toMatch(/using the previous configuration/)
    proxy.accept()
    await vi.waitFor(() => expect(site.ramal(id)?.ramal_ia).toBe('2000'), patience)
  })

  it('row 11: serves the compatibility pair when both generations are cut short', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await serveOnce()
    await serveOnce(() => renumber(database, id, '2000'), '2000')
    for (const name of ['ramais_config.json', 'ramais_config.json.1']) {
      const path = join(dataDir, name)
      await writeFile(path, (await readFile(path)).subarray(0, 20))
    }
    proxy.refuse()
    await using site = await serve()
    expect(site.daemon.snapshot().source.serving).toBe('compatibility')
    expect(site.ramais().map((one) => one.ramal_ia)).toEqual(['1000'])
    proxy.accept()
    await site.shows(`${id} ativo ${a}/${b}`)
  })
})

describe('the disk', { timeout: 60_000 }, () => {
  it('row 12: full, and then read-only, is alarmed; ramais follow the table and calls go on', async (context) => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'portaria-test', dataDir]).catch(
      (error: unknown) => context.skip(`a small tmpfs cannot be mounted here: ${String(error)}`),
    )
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const first = await insertRow(database, { port: a, returnPort: b })
    await using site = await serve()
    await site.link('live')
    await vi.waitFor(async () => expect(await lastGood()).toContain('"1000"'), patience)
    await using visitor = await site.visitor(a)
    const filler = join(dataDir, 'filler')
    await expect(writeFile(filler, Buffer.alloc(1_000_000))).rejects.toThrow('ENOSPC')
    const second = await insertRow(database, { number: '2000', port: c, returnPort: d })
    await site.shows(`${first} ativo ${a}/${b}, ${second} ativo ${c}/${d}`)
    await vi.waitFor(() => expect(site.alarms()).toContain('last-good-disk'), patience)
    await rm(filler)
    await renumber(database, second, '3000')
    await vi.waitFor(() => expect(site.alarms()).not.toContain('last-good-disk'), patience)
    expect(await lastGood()).toContain('"3000"')

    await run('mount', ['-o', 'remount,ro', dataDir])
    await renumber(database, second, '4000')
    await vi.waitFor(() => expect(site.ramal(second)?.ramal_ia).toBe('4000'), patience)
    await vi.waitFor(() => expect(site.alarms()).toContain('last-good-disk'), patience)
    expect(await lastGood()).toContain('"3000"')
    await site.goesOn(visitor)
    await run('mount', ['-o', 'remount,rw', dataDir])
    await site.authorises(visitor, b)
  })

  it('row 12: read-only at a start keeps no door shut, and the stop is clean', async (context) => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'portaria-test', dataDir]).catch(
      (error: unknown) => context.skip(`a small tmpfs cannot be mounted here: ${String(error)}`),
    )
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    const env = { DATABASE_URL: database.url, AUDIOSOCKET_BIND: '127.0.0.1' }
    const serveAndStop = async (look: (served: Served) => Promise<void>): Promise<void> => {
      await using served = await servePortaria(dataDir, { env, ramais: 'postgres' })
      await look(served)
      served.signal('SIGTERM')
      expect(await served.ended).toBe(0)
    }
    await serveAndStop(() => Promise.resolve())
    await run('mount', ['-o', 'remount,ro', dataDir])
    await serveAndStop(async (served) => {
      const status = await fetch(`${served.apiUrl}/api/status`)
      expect(await status.json()).toMatchObject({ extensions: [{ id, status: 'ativo' }] })
      expect(served.stdout()).toContain('the disk refuses run.json')
      await vi.waitFor(() => expect(served.stderr()).toContain('log lines are lost'), patience)
    })
  })

  it('row 13: kill -9 while rows change leaves a configuration that the next start serves', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await using folder = await ownFolder()
    const env = { DATABASE_URL: database.url, AUDIOSOCKET_BIND: '127.0.0.1' }
    {
      await using served = await servePortaria(folder.path, { env, ramais: 'postgres' })
      const kept = join(folder.path, 'data/ramais_config.json')
      await vi.waitFor(async () => expect(await readFile(kept, 'utf8')).toContain('1000'), patience)
      for (let round = 0; round < 30; round++) await renumber(database, id, `2${round}`)
      served.signal('SIGKILL')
      await served.ended
    }
    await database.stop()
    try {
      await using served = await servePortaria(folder.path, { env, ramais: 'postgres' })
      const status = await fetch(`${served.apiUrl}/api/status`)
      expect(await status.json()).toMatchObject({
        source: { serving: 'last-good' },
        extensions: [{ id, porta_ia: a, porta_retorno: b, status: 'ativo' }],
      })
    } finally {
      await database.start()
    }
  })
})
