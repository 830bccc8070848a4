import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callIn } from '@portaria/test-kit/phone'
import { startTcpProxy, type TcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { quietPorts } from '../support/quiet-ports.ts'
import { insertRow, terminateBackends } from './rows.ts'
import { patience, serveTable, type Site } from './serve-table.ts'

let database: TestDatabase
let proxy: TcpProxy
beforeAll(async () => {
  database = await startTestDatabase({ migrated: true })
  proxy = await startTcpProxy(database)
}, 60_000)
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portaria-history-'))
})
afterEach(async () => {
  proxy.accept()
  await database.sql('TRUNCATE extension_ia, portaria_call, portaria_ramal_day')
  await rm(dataDir, { recursive: true, force: true })
})

/** A visitor who leaves after the greeting has begun; resolves when the call is over. */
async function abandon(site: Site, port: number, uuid: string): Promise<void> {
  const phone = await callIn({ port, uuid })
  await phone.heard(0)
  phone.hangup()
  await vi.waitFor(() => expect(site.daemon.call(uuid)?.state).toBe('ended'), patience)
}

async function abandonSome(site: Site, port: number, uuids: readonly string[]): Promise<void> {
  await Promise.all(uuids.map((uuid) => abandon(site, port, uuid)))
}

async function keptCalls(): Promise<unknown[]> {
  const rows = await database.sql('SELECT call_id FROM portaria_call ORDER BY call_id')
  return rows.map((row) => row['call_id'])
}

/** Resolves when exactly these calls are in the history, and its sums are theirs. */
async function expectKept(ramalId: number, uuids: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await keptCalls()).toEqual(uuids.toSorted()), {
    timeout: 40_000,
    interval: 50,
  })
  const [sums] = await database.sql(
    'SELECT sum(calls)::int AS calls, sum(abandoned)::int AS abandoned FROM portaria_ramal_day WHERE ramal_id = $1',
    [ramalId],
  )
  expect(sums?.['calls']).toBe(uuids.length)
}

const newCalls = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

describe('calls', { timeout: 120_000 }, () => {
  it('are in status and history exactly once, across an outage, lost answers and a new start', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    const before = newCalls(3)
    const during = newCalls(4)
    const after = newCalls(2)
    const all = [...before, ...during, ...after]
    {
      await using site = await serveTable({ url: database.url, port: proxy.port, keptDir: dataDir })
      await site.link('live')
      await abandonSome(site, a, before)
      await expectKept(id, before)
      await database.stop('immediate')
      await abandonSome(site, a, during)
      expect(site.ramal(id)?.statistics).toMatchObject({
        calls_now: 0,
        calls_today: 7,
        calls_total: 7,
        abandoned: 7,
      })
      await database.start()
      // Its answers are lost on the way, again and again: what was taken is delivered once more.
      for (let round = 0; round < 5; round++) {
        proxy.reset()
        await abandonSome(site, a, after.splice(0, 1))
      }
      await expectKept(id, all)
      await using visitor = await site.visitor(a)
      await site.authorises(visitor, b)
      all.push(visitor.uuid)
      await expectKept(id, all)
      expect(site.ramal(id)?.statistics).toMatchObject({
        calls_total: 10,
        authorized: 1,
        answered: 1,
      })
    }
    await using again = await serveTable({ url: database.url, port: proxy.port, keptDir: dataDir })
    await vi.waitFor(
      () =>
        expect(again.ramal(id)?.statistics).toMatchObject({
          calls_total: 10,
          calls_today: 10,
          authorized: 1,
          abandoned: 9,
        }),
      patience,
    )
    await expectKept(id, all)
  })

  it('made while the database is away wait on disk for the next start', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    const calls = newCalls(3)
    {
      await using site = await serveTable({ url: database.url, port: proxy.port, keptDir: dataDir })
      await site.link('live')
      proxy.refuse()
      proxy.reset()
      await abandonSome(site, a, calls)
    }
    expect(await keptCalls()).toEqual([])
    proxy.accept()
    await using site = await serveTable({ url: database.url, port: proxy.port, keptDir: dataDir })
    await expectKept(id, calls)
    await vi.waitFor(
      () => expect(site.ramal(id)?.statistics).toMatchObject({ calls_total: 3, abandoned: 3 }),
      patience,
    )
  })
})

describe('a role that may only read', { timeout: 120_000 }, () => {
  it('serves, writes rows with 403 and the GRANT that mends it, and keeps history in the spool until it may', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await database.sql(`CREATE ROLE reader LOGIN PASSWORD 'secret';
      GRANT SELECT ON extension_ia, condominium_ia, portaria_call, portaria_ramal_day TO reader`)
    const url = new URL(database.url)
    Object.assign(url, { username: 'reader', password: 'secret' })
    await using site = await serveTable({ url: url.href, keptDir: dataDir })
    await site.link('live')
    const ask = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${site.daemon.apiUrl}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      return { code: response.status, answer: (await response.json()) as { message?: string } }
    }
    const draft = {
      ramal_ia: '2000',
      ramal_retorno: '2001',
      ip_servidor: '127.0.0.1',
      porta_ia: 1,
      porta_retorno: 2,
      condominio_id: 1,
    }
    for (const [method, path, body, privilege] of [
      ['POST', '/api/extensions', draft, 'INSERT'],
      ['PATCH', `/api/extensions/${id}`, { ramal_ia: '3000' }, 'UPDATE'],
      ['DELETE', `/api/extensions/${id}`, undefined, 'DELETE'],
    ] as const) {
      const { code, answer } = await ask(method, path, body)
      expect({ method, code }).toEqual({ method, code: 403 })
      expect(answer.message).toContain(`Missing is ${privilege}: GRANT SELECT`)
    }
    expect(await ask('GET', '/api/extensions')).toMatchObject({ code: 200 })
    const calls = newCalls(2)
    await abandonSome(site, a, calls)
    await vi.waitFor(
      () =>
        expect(site.warnings.join('\n')).toMatch(/stays in the spool.*GRANT INSERT.* TO "?reader/s),
      patience,
    )
    expect(await keptCalls()).toEqual([])
    expect(site.ramal(id)).toMatchObject({ status: 'ativo', statistics: { calls_total: 2 } })
    await database.sql('GRANT INSERT, UPDATE ON portaria_call, portaria_ramal_day TO reader')
    // A link that comes back is a reason to look again.
    await terminateBackends(database)
    await expectKept(id, calls)
  })
})
