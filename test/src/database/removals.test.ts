import { silentLog } from '@portaria/core/log'
import type { RamalStore } from '@portaria/core/plugin'
import postgres from '@portaria/plugin-postgres'
import { options } from '@portaria/plugin-postgres/options'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startRig } from '../support/ramais-rig.ts'
import { quietPorts } from '../support/quiet-ports.ts'
import { deleteRows, insertRow } from './rows.ts'
import { patience, serveTable, type Site } from './serve-table.ts'

const { signal } = new AbortController()

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())
afterEach(() => database.sql('TRUNCATE extension_ia'))

async function insertRows(count: number): Promise<{ ids: number[]; pairs: [number, number][] }> {
  const free = await quietPorts(count * 2)
  const pairs = Array.from({ length: count }, (_, i): [number, number] => [
    free[2 * i] ?? 0,
    free[2 * i + 1] ?? 0,
  ])
  const ids: number[] = []
  for (const [port, returnPort] of pairs) ids.push(await insertRow(database, { port, returnPort }))
  return { ids, pairs }
}

const states = (site: Site): string[] => site.ramais().map(({ status }) => status)

async function untilHeld(site: Site, count: number): Promise<void> {
  await vi.waitFor(
    () => expect(states(site).filter((status) => status === 'retido')).toHaveLength(count),
    patience,
  )
  expect(site.alarms()).toContain('removals-held')
}

describe('row 9: ramais that vanish in a mass', { timeout: 60_000 }, () => {
  it('go on serving when a DELETE takes all of them, and go when a person accepts', async () => {
    const { pairs } = await insertRows(2)
    await using site = await serveTable(database)
    await site.link('live')
    const [[port, returnPort] = [0, 0]] = pairs
    await using visitor = await site.visitor(port)
    await database.sql('DELETE FROM extension_ia')
    await untilHeld(site, 2)
    await site.goesOn(visitor)
    await site.authorises(visitor, returnPort)
    await using next = await site.visitor(port)
    const stats = await site.daemon.ramais.refresh({ acceptRemovals: true, signal })
    expect(stats).toMatchObject({ removed: 2, held: 0 })
    expect(site.alarms()).not.toContain('removals-held')
    // Accepted, the one with a call drains all the same.
    await site.goesOn(next)
  })

  it('are held when a DELETE takes five of seven in one transaction, however it is told of', async () => {
    const { ids } = await insertRows(7)
    await using site = await serveTable(database)
    await site.link('live')
    await deleteRows(database, ...ids.slice(0, 5))
    await untilHeld(site, 5)
    expect(states(site).filter((status) => status === 'ativo')).toHaveLength(2)
  })

  it('are held when their rows are spoilt by one UPDATE, and serve on when it is undone', async () => {
    await insertRows(5)
    await using site = await serveTable(database)
    await site.link('live')
    await database.sql(
      `UPDATE extension_ia SET extension_ia_number_port = 'x' || extension_ia_number_port`,
    )
    await untilHeld(site, 5)
    await database.sql(
      `UPDATE extension_ia SET extension_ia_number_port = substr(extension_ia_number_port, 2)`,
    )
    await vi.waitFor(() => expect(states(site)).toEqual(Array(5).fill('ativo')), patience)
    expect(site.alarms()).toEqual([])
  })

  it('are held when the table is emptied unheard, and serve on when their rows are back', async () => {
    await insertRows(3)
    await using site = await serveTable(database)
    await site.link('live')
    const before = site.shown()
    await database.sql('CREATE TABLE kept AS TABLE extension_ia')
    // No trigger fires: a restored or truncated table, or another database behind the same address.
    await database.sql('TRUNCATE extension_ia')
    expect(await site.daemon.ramais.refresh({ acceptRemovals: false, signal })).toMatchObject({
      held: 3,
    })
    await untilHeld(site, 3)
    await database.sql('INSERT INTO extension_ia OVERRIDING SYSTEM VALUE TABLE kept')
    await site.shows(before)
    expect(site.alarms()).toEqual([])
    await database.sql('DROP TABLE kept')
  })

  it('are not taken for gone while a privilege is missing, which is named', async () => {
    await insertRows(2)
    await database.sql(
      `CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON extension_ia TO reader`,
    )
    const url = new URL(database.url)
    Object.assign(url, { username: 'reader', password: 'secret' })
    await using site = await serveTable({ url: url.href })
    await site.link('live')
    await database.sql('REVOKE SELECT ON extension_ia FROM reader')
    await expect(site.daemon.ramais.refresh({ acceptRemovals: true, signal })).rejects.toThrow(
      'GRANT SELECT ON public.extension_ia TO "reader"',
    )
    expect(states(site)).toEqual(['ativo', 'ativo'])
    await database.sql(
      'DELETE FROM extension_ia WHERE extension_ia_id = (SELECT min(extension_ia_id) FROM extension_ia)',
    )
    await vi.waitFor(() => expect(site.alarms()).toContain('source-unread'), patience)
    expect(states(site)).toEqual(['ativo', 'ativo'])
    await database.sql('GRANT SELECT ON extension_ia TO reader')
    await vi.waitFor(() => expect(states(site)).toEqual(['ativo']), patience)
    expect(site.alarms()).not.toContain('source-unread')
  })

  it('go when everything is read again 60 s later, still misses them and is not empty', async () => {
    const { ids } = await insertRows(7)
    let nowMs = 0
    await using store = await storeOf(database)
    await using rig = await startRig({ store, clock: () => nowMs })
    await deleteRows(database, ...ids.slice(0, 6))
    const asked = { acceptRemovals: false, signal }
    const isHeld = (): void =>
      expect(rig.list().filter(({ status }) => status === 'retido')).toHaveLength(6)
    await vi.waitFor(isHeld, patience)
    nowMs = 59_999
    expect(await rig.control.refresh(asked)).toMatchObject({ removed: 0, held: 6 })
    await database.sql('TRUNCATE extension_ia')
    nowMs = 60_000
    // Empty now: that confirms nothing, however often it is read.
    expect(await rig.control.refresh(asked)).toMatchObject({ removed: 0, held: 7 })
    nowMs = 600_000
    expect(await rig.control.refresh(asked)).toMatchObject({ removed: 0, held: 7 })
    const [port = 0, returnPort = 0] = await quietPorts(2)
    const id = await insertRow(database, { port, returnPort })
    await vi.waitFor(() => expect(rig.shown()).toBe(`${id} ativo ${port}/${returnPort}`), patience)
  })

  it('row 30: an hour more or less on the wall clock releases nothing and ends no call', async () => {
    const { pairs } = await insertRows(5)
    await using site = await serveTable(database)
    await site.link('live')
    const [[port, returnPort] = [0, 0]] = pairs
    await using visitor = await site.visitor(port)
    await deleteRows(database, ...site.ramais().map(({ id }) => id))
    await untilHeld(site, 5)
    try {
      for (const hours of [1, -2]) {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
        const asked = { acceptRemovals: false, signal }
        expect(await site.daemon.ramais.refresh(asked)).toMatchObject({ removed: 0, held: 5 })
        await site.goesOn(visitor)
      }
      await site.authorises(visitor, returnPort)
    } finally {
      vi.useRealTimers()
    }
  })

  it('a single one goes at once', async () => {
    const { ids } = await insertRows(6)
    await using site = await serveTable(database)
    await site.link('live')
    await deleteRows(database, ids[3] ?? 0)
    await vi.waitFor(() => expect(states(site)).toEqual(Array(5).fill('ativo')), patience)
    expect(site.ramal(ids[3] ?? 0)).toBeUndefined()
  })
})

async function storeOf(server: TestDatabase): Promise<RamalStore & AsyncDisposable> {
  const store = await postgres.ramais?.(options.parse({ url: server.url }), {
    log: silentLog,
    signal,
    dataDir: server.dataDir,
  })
  if (store === undefined) throw new Error('the plugin offers no ramais')
  return { ...store, [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose]?.() }
}
