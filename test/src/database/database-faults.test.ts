import { definePlugin, type RamalStore } from '@portaria/core/plugin'
import postgres from '@portaria/plugin-postgres'
import { startDeafPooler } from '@portaria/test-kit/deaf-pooler'
import { startTcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { quietPorts } from '../support/quiet-ports.ts'
import { deleteRows, insertRow, movePorts, renumber, terminateBackends } from './rows.ts'
import { patience, serveTable } from './serve-table.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())
afterEach(() => database.sql('TRUNCATE extension_ia'))

describe('the link to the database', { timeout: 90_000 }, () => {
  it('row 1: a restart of PostgreSQL drops no call, and then what runs is the table', async () => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = await quietPorts(6)
    const first = await insertRow(database, { port: a, returnPort: b })
    const second = await insertRow(database, { port: c, returnPort: d })
    await using site = await serveTable(database)
    await site.link('live')
    await using visitor = await site.visitor(a)
    await database.restart('immediate')
    await site.goesOn(visitor)
    // Changed before the daemon has found back: nobody tells it of these.
    await deleteRows(database, second)
    const third = await insertRow(database, { port: e, returnPort: f })
    await site.shows(`${first} ativo ${a}/${b}, ${third} ativo ${e}/${f}`)
    await site.link('live')
    await movePorts(database, third, [c, d])
    await site.shows(`${first} ativo ${a}/${b}, ${third} ativo ${c}/${d}`)
    await site.authorises(visitor, b)
    expect(site.daemon.snapshot().counters).toMatchObject({ calls_total: 1, authorized: 1 })
  })

  it('row 2: a half-open link is noticed and listened to anew, and nothing is missed', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const first = await insertRow(database, { port: a, returnPort: b })
    await using proxy = await startTcpProxy(database)
    await using site = await serveTable({ url: database.url, port: proxy.port })
    await site.link('live')
    await using visitor = await site.visitor(a)
    proxy.stall()
    const second = await insertRow(database, { port: c, returnPort: d })
    await site.link('lost')
    expect(site.daemon.snapshot().source.why).toMatch(/no answer within/)
    await site.goesOn(visitor)
    proxy.resume()
    await site.shows(`${first} ativo ${a}/${b}, ${second} ativo ${c}/${d}`)
    await site.link('live')
    await renumber(database, second, '7000')
    await vi.waitFor(() => expect(site.ramal(second)?.ramal_ia).toBe('7000'), patience)
    await site.authorises(visitor, b)
  })

  it('row 3: backends that are terminated while rows change lose no change', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const first = await insertRow(database, { port: a, returnPort: b })
    const second = await insertRow(database, { port: c, returnPort: d })
    await using site = await serveTable(database)
    await site.link('live')
    await using visitor = await site.visitor(a)
    for (let round = 0; round < 20; round++) {
      await renumber(database, second, String(2000 + round))
      if (round % 4 === 0) await terminateBackends(database)
      await renumber(database, first, String(3000 + round))
      if (round % 4 === 2) await terminateBackends(database)
    }
    await vi.waitFor(
      () => expect(site.ramais().map((one) => one.ramal_ia)).toEqual(['3019', '2019']),
      patience,
    )
    await site.link('live')
    await renumber(database, second, '4000')
    await vi.waitFor(() => expect(site.ramal(second)?.ramal_ia).toBe('4000'), patience)
    await site.authorises(visitor, b)
  })

  it('row 4: what is committed before, while and after the table is read is applied', async () => {
    const [a = 0, b = 0, ...more] = await quietPorts(14)
    await insertRow(database, { number: '9', port: a, returnPort: b })
    const inserted = ['9']
    const insertNext = async (): Promise<void> => {
      const [port, returnPort] = more.splice(0, 2)
      if (port === undefined || returnPort === undefined) return
      const number = `9${inserted.length}`
      await insertRow(database, { number, port, returnPort })
      inserted.push(number)
    }
    await using site = await serveTable({
      ...database,
      plugin: withStore((store) => ({
        ...store,
        async list(o) {
          await insertNext()
          const rows = await store.list(o)
          // The read has not seen this one: only its notification tells.
          await insertNext()
          return rows
        },
      })),
    })
    const servesAll = (): Promise<void> =>
      vi.waitFor(() => expect(site.ramais().map((one) => one.ramal_ia)).toEqual(inserted), patience)
    await site.link('live')
    await servesAll()
    while (more.length > 0) {
      const left = more.length
      await terminateBackends(database)
      await vi.waitFor(() => expect(more.length).toBeLessThan(left), patience)
      await site.link('live')
    }
    await servesAll()
    expect(site.ramais().every(({ status }) => status === 'ativo')).toBe(true)
  })

  it('row 5: behind a pooler that swallows LISTEN it says "polling", and changes are applied', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const first = await insertRow(database, { port: a, returnPort: b })
    await using pooler = await startDeafPooler(database.port)
    await using site = await serveTable({
      url: database.url,
      port: pooler.port,
      env: { DB_SSL: 'false' },
      options: { pollSeconds: 1 },
    })
    await site.link('polling')
    expect(site.daemon.snapshot().source.why).toMatch(/pooler in transaction mode/)
    await using visitor = await site.visitor(a)
    const second = await insertRow(database, { port: c, returnPort: d })
    await site.shows(`${first} ativo ${a}/${b}, ${second} ativo ${c}/${d}`)
    await deleteRows(database, second)
    await site.shows(`${first} ativo ${a}/${b}`)
    expect(site.daemon.snapshot().source.link).toBe('polling')
    await site.authorises(visitor, b)
  })

  it('row 6: a standby that refuses LISTEN is polled, one line for each attempt, and heard once it is promoted', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    await using standby = await startTestDatabase({ legacy: true })
    const first = await insertRow(standby, { port: a, returnPort: b })
    await standby.sql(`COPY (SELECT) TO '${standby.dataDir}/standby.signal'`)
    await standby.restart('fast')
    await using site = await serveTable({ ...standby, options: { pollSeconds: 1 } })
    await site.shows(`${first} ativo ${a}/${b}`)
    await site.link('polling')
    const attempts = (): number =>
      site.warnings.filter((line) => line.includes('the server refuses LISTEN')).length
    await vi.waitFor(() => expect(attempts()).toBeGreaterThanOrEqual(2), patience)
    // They come ever later: hundreds would come without a wait.
    expect(attempts()).toBeLessThan(10)
    await standby.sql('SELECT pg_promote()')
    await vi.waitFor(() => expect(site.daemon.snapshot().source.link).toBe('live'), {
      timeout: 45_000,
    })
    const second = await insertRow(standby, { port: c, returnPort: d })
    await site.shows(`${first} ativo ${a}/${b}, ${second} ativo ${c}/${d}`)
  })
})

/** The plugin with a hook in its store. */
function withStore(hook: (store: RamalStore) => RamalStore): unknown {
  const { ramais: make } = postgres
  if (make === undefined) throw new Error('the plugin offers no ramais')
  return definePlugin({
    ...postgres,
    ramais: async (options, context) => hook(await make(options, context)),
  })
}
