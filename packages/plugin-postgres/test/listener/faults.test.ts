import { startTcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDeafPooler } from '@portaria/test-kit/deaf-pooler'
import { type AStore, aStore, changedIds, links, optionsOf } from '../support/a-store.ts'

const patient = { timeout: 40_000, interval: 10 }

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

async function notify(id: number): Promise<void> {
  const payload = JSON.stringify({ action: 'UPDATE', data: { extension_ia_id: id } })
  await database.sql('SELECT pg_notify($1, $2)', ['change_record_extension_ia', payload])
}

async function live(store: AStore, times = 1): Promise<void> {
  const count = (): number => links(store).filter((state) => state === 'live').length
  await vi.waitFor(() => expect(count()).toBeGreaterThanOrEqual(times), patient)
}

/** What was told after the last `live` names the id: it is heard again. */
async function expectHears(store: AStore, id: number): Promise<void> {
  await notify(id)
  await vi.waitFor(() => expect(changedIds(store)).toContain(id), patient)
}

describe('a link that fails', { timeout: 120_000 }, () => {
  it('is noticed when it goes silent without closing, and listened to again', async () => {
    await using proxy = await startTcpProxy({ port: database.port })
    await using store = await aStore(optionsOf(database, proxy.port))
    await live(store)
    proxy.stall()
    await vi.waitFor(() => expect(links(store).slice(0, 2)).toEqual(['live', 'lost']), patient)
    expect(store.hints.find((hint) => hint.type === 'link' && hint.state === 'lost')).toMatchObject(
      { why: expect.stringMatching(/no answer within/) },
    )
    proxy.resume()
    await live(store, 2)
    await expectHears(store, 11)
  })

  it('does not make a read wait on a connection that the silence killed', async () => {
    await using proxy = await startTcpProxy({ port: database.port })
    await using store = await aStore(optionsOf(database, proxy.port))
    await live(store)
    await store.list(store)
    proxy.stall()
    const reading = store.list(store).then(
      () => 'read',
      (error: Error) => error.name,
    )
    await vi.waitFor(() => expect(links(store)).toContain('lost'), patient)
    proxy.resume()
    expect(['read', 'ProviderError']).toContain(await reading)
    await live(store, 2)
    expect(await store.list(store)).toEqual([])
  })

  it('comes back when its backend is terminated, with no change lost', async () => {
    await using store = await aStore(optionsOf(database))
    await live(store)
    await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'portaria' AND pid <> pg_backend_pid()`)
    await live(store, 2)
    await expectHears(store, 12)
    // Its pooled connections were terminated with it.
    expect(await store.list(store)).toEqual([])
  })

  it('reads on a fresh connection when the pooled one died unseen', async () => {
    await using store = await aStore(optionsOf(database))
    await live(store)
    for (let round = 0; round < 5; round++) {
      await store.list(store)
      await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'portaria' AND query NOT ILIKE '%LISTEN%'`)
      expect(await store.list(store)).toEqual([])
    }
  })

  it('comes back when the server crashes and starts again', async () => {
    await using store = await aStore(optionsOf(database))
    await live(store)
    await database.stop('immediate')
    await vi.waitFor(() => expect(links(store)).toContain('lost'), patient)
    await expect(store.list(store)).rejects.toThrow(/nobody listens on port/)
    await database.start()
    await live(store, 2)
    await expectHears(store, 13)
    expect(await store.list(store)).toEqual([])
  })

  it('survives resets, tiny packets and a server that refuses for a while', async () => {
    await using proxy = await startTcpProxy({ port: database.port })
    proxy.slice(3)
    await using store = await aStore(optionsOf(database, proxy.port))
    await live(store)
    await expectHears(store, 14)
    proxy.refuse()
    proxy.reset()
    const attempts = (): number =>
      store.lines.texts.filter((text) => /Trying again/.test(text)).length
    await vi.waitFor(() => expect(attempts()).toBeGreaterThanOrEqual(4), patient)
    expect(links(store)).toEqual(['live', 'lost'])
    proxy.accept()
    await live(store, 2)
    await expectHears(store, 15)
  })

  it('leaves no session behind when it is closed, connected or not', async () => {
    const ours = async (): Promise<unknown> =>
      database.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'portaria'")
    {
      await using store = await aStore(optionsOf(database))
      await live(store)
      await store.list(store)
    }
    await vi.waitFor(async () => expect(await ours()).toEqual([]), patient)
    await using proxy = await startTcpProxy({ port: database.port })
    proxy.stall()
    {
      await using store = await aStore(optionsOf(database, proxy.port))
      await vi.waitFor(() => expect(proxy.connections).toBeGreaterThan(0), patient)
      expect(links(store)).toEqual([])
    }
    proxy.resume()
    await vi.waitFor(() => expect(proxy.connections).toBe(0), patient)
  })
})

describe('a link that lives, but through which nothing comes', { timeout: 120_000 }, () => {
  it('is noticed after UNLISTEN *: it polls, listens again and is live', async () => {
    await using store = await aStore(optionsOf(database))
    await live(store)
    await store.sessions[0]?.unlistenAll()
    await vi.waitFor(
      () => expect(links(store).slice(0, 3)).toEqual(['live', 'polling', 'live']),
      patient,
    )
    expect(store.hints).toContainEqual({ type: 'doubt', why: expect.any(String) as string })
    await expectHears(store, 16)
  })

  it('is polled behind a pooler that swallows LISTEN, and says so', async () => {
    await using pooler = await startDeafPooler(database.port)
    await using store = await aStore({
      ...optionsOf(database, pooler.port),
      ssl: false,
      pollSeconds: 1,
    })
    const doubts = (): number => store.hints.filter((hint) => hint.type === 'doubt').length
    await vi.waitFor(() => expect(doubts()).toBeGreaterThanOrEqual(3), patient)
    expect(links(store)).toEqual(['polling'])
    expect(store.lines.texts.join()).toMatch(/pooler in transaction mode/)
    expect(await store.list(store)).toEqual([])
  })

  it('is polled where the server refuses LISTEN, as a standby does, one line for each attempt', async () => {
    await using standby = await startTestDatabase({ legacy: true })
    await standby.sql(`COPY (SELECT) TO '${standby.dataDir}/standby.signal'`)
    await standby.restart('fast')
    await using store = await aStore({ ...optionsOf(standby), pollSeconds: 1 })
    await vi.waitFor(() => expect(links(store)).toEqual(['polling']), patient)
    const doubts = (): number => store.hints.filter((hint) => hint.type === 'doubt').length
    await vi.waitFor(() => expect(doubts()).toBeGreaterThanOrEqual(3), patient)
    const lines = store.lines.texts.filter((text) => /refuses LISTEN/.test(text))
    const waits = lines.map((line) => Number(/"waitMs":(\d+)/.exec(line)?.[1]))
    expect(lines.map((line) => Number(/"attempt":(\d+)/.exec(line)?.[1]))).toEqual(
      waits.map((_, index) => index + 1),
    )
    // At once, then 0.5 to 1 s, 1 to 2 s, and so on up to 30 s.
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(
        index === 0 ? 0 : Math.min(500 * 2 ** (index - 1), 15_000),
      )
    }
  })
})
