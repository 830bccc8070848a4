import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Phone } from '@portaria/test-kit/phone'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quietPorts } from '../support/quiet-ports.ts'
import { deleteRows, insertRow, movePorts, renumber, type Row } from './rows.ts'
import { patience, serveTable, type Site } from './serve-table.ts'

type Bad = { what: string; row: (a: number, b: number) => Row; reason: RegExp }
const badRows: readonly Bad[] = [
  { what: 'port 0', row: (_, b) => ({ port: 0, returnPort: b }), reason: /^porta_ia.*"0"/ },
  { what: 'port 70000', row: (a) => ({ port: a, returnPort: 70_000 }), reason: /retorno.*"70000"/ },
  { what: 'port abc', row: (_, b) => ({ port: 'abc', returnPort: b }), reason: /porta_ia.*"abc"/ },
  { what: 'a blank port', row: (_, b) => ({ port: ' ', returnPort: b }), reason: /^porta_ia.*""/ },
  { what: 'a blank return port', row: (a) => ({ port: a, returnPort: '' }), reason: /retorno.*""/ },
  { what: 'equal ports', row: (a) => ({ port: a, returnPort: a }), reason: /must differ/ },
  {
    what: 'an empty number',
    row: (a, b) => ({ number: '', port: a, returnPort: b }),
    reason: /^ramal_ia must be an extension's number.*""/,
  },
  {
    what: 'a number with a blank in it',
    row: (a, b) => ({ return: '10 01', port: a, returnPort: b }),
    reason: /^ramal_retorno/,
  },
  {
    what: 'no address',
    row: (a, b) => ({ ip: '10.0.0.', port: a, returnPort: b }),
    reason: /^ip_servidor/,
  },
]

/** One call goes on from the first test to the last; another ramal is there all the time. */
describe('bad input, while a call goes on', { timeout: 60_000 }, () => {
  const everything = new AsyncDisposableStack()
  let database: TestDatabase
  let site: Site
  let visitor: Phone
  let returnPort = 0
  let bystander = 0
  beforeAll(async () => {
    database = everything.use(await startTestDatabase({ legacy: true }))
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    returnPort = b
    await insertRow(database, { port: a, returnPort: b })
    bystander = await insertRow(database, { number: '7000', port: c, returnPort: d })
    site = everything.use(await serveTable(database))
    await site.link('live')
    visitor = everything.use(await site.visitor(a))
  }, 60_000)
  afterAll(() => everything.disposeAsync())

  const statusOf = (id: number) => site.ramal(id)?.status
  async function untilGone(id: number): Promise<void> {
    await vi.waitFor(() => expect(site.ramal(id)).toBeUndefined(), patience)
  }

  it.each(badRows)('$what is shown with the reason, and mended by the next change', async (bad) => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, bad.row(a, b))
    await vi.waitFor(() => expect(statusOf(id)).toBe('invalido'), patience)
    expect(site.ramal(id)?.motivo).toMatch(bad.reason)
    expect(statusOf(bystander)).toBe('ativo')
    await database.sql(
      `UPDATE extension_ia SET extension_ia_number = '1', extension_ia_return = '2', extension_ia_ip = '127.0.0.1',
         extension_ia_number_port = $2, extension_ia_return_port = $3 WHERE extension_ia_id = $1`,
      [id, String(a), String(b)],
    )
    await vi.waitFor(() => expect(statusOf(id)).toBe('ativo'), patience)
    await deleteRows(database, id)
    await untilGone(id)
    await site.goesOn(visitor)
  })

  it('a good row that becomes bad is served no more, and its neighbours are', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { port: a, returnPort: b })
    await vi.waitFor(() => expect(statusOf(id)).toBe('ativo'), patience)
    await movePorts(database, id, [a, 0])
    await vi.waitFor(() => expect(statusOf(id)).toBe('invalido'), patience)
    expect(statusOf(bystander)).toBe('ativo')
    await deleteRows(database, id)
    await untilGone(id)
    await site.goesOn(visitor)
  })

  it('of two rows with one port the lower id keeps it; the other moves, is alarmed, and moves back', async () => {
    const [a = 0, b = 0, c = 0] = await quietPorts(3)
    const lower = await insertRow(database, { port: a, returnPort: b })
    const higher = await insertRow(database, { port: a, returnPort: c })
    await vi.waitFor(() => expect(statusOf(higher)).toBe('deslocado'), patience)
    expect(site.ramal(lower)).toMatchObject({ status: 'ativo', porta_ia: a })
    const moved = site.ramal(higher)
    expect(moved).toMatchObject({ porta_ia_desejada: a, porta_retorno: c })
    expect(moved?.porta_ia).toBeGreaterThan(a)
    expect(site.alarms()).toContain(`ramal-moved ${higher}`)
    {
      await using caller = await site.visitor(moved?.porta_ia ?? 0)
      await site.authorises(caller, c)
    }
    await deleteRows(database, lower)
    await vi.waitFor(
      () => expect(site.ramal(higher)).toMatchObject({ status: 'ativo', porta_ia: a }),
      patience,
    )
    // What rings is looked at when the change is done, a moment after the port is there.
    await vi.waitFor(() => expect(site.alarms()).not.toContain(`ramal-moved ${higher}`), patience)
    await deleteRows(database, higher)
    await untilGone(higher)
    await site.goesOn(visitor)
  })

  it('row 34: only the ramal whose port another program has moves, and it moves back when that is gone', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const other = createServer().listen(a, '127.0.0.1')
    await once(other, 'listening')
    const id = await insertRow(database, { port: a, returnPort: b })
    await vi.waitFor(() => expect(statusOf(id)).toBe('deslocado'), patience)
    expect(site.ramal(id)).toMatchObject({ porta_ia_desejada: a, porta_retorno: b })
    expect(site.ramal(id)?.motivo).toMatch(/another program/)
    expect(statusOf(bystander)).toBe('ativo')
    await once(other.close(), 'close')
    await vi.waitFor(
      () => expect(site.ramal(id)).toMatchObject({ status: 'ativo', porta_ia: a }),
      patience,
    )
    await deleteRows(database, id)
    await untilGone(id)
    await site.goesOn(visitor)
  })

  it('an address of another machine is listened for here, and advertised as it is', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    const id = await insertRow(database, { ip: '192.0.2.10', port: a, returnPort: b })
    await vi.waitFor(() => expect(statusOf(id)).toBe('ativo'), patience)
    expect(site.ramal(id)?.ip).toBe('192.0.2.10')
    await using caller = await site.visitor(a)
    await site.authorises(caller, b)
    await deleteRows(database, id)
    await untilGone(id)
    await site.goesOn(visitor)
  })

  it('of 10,000 rows the bad ones are shown, the good ones serve', async () => {
    const free = await quietPorts(40)
    const pairs = free.slice(0, 20).map((port, index) => [String(port), String(free[index + 20])])
    await database.sql(
      `INSERT INTO extension_ia (extension_ia_number, extension_ia_return, extension_ia_ip,
         extension_ia_number_port, condominium_id, extension_ia_return_port)
       SELECT '5' || n, '6' || n, '127.0.0.1', coalesce($1::jsonb -> n ->> 0, (ARRAY['0', '70000', 'abc', ''])[n % 4 + 1]),
         1, coalesce($1::jsonb -> n ->> 1, '9') FROM generate_series(0, 9999) n`,
      [JSON.stringify(pairs)],
    )
    const count = (status: string): number =>
      site.ramais().filter((ramal) => ramal.status === status).length
    await vi.waitFor(() => expect(count('invalido')).toBe(9980), patience)
    expect(count('ativo')).toBe(22)
    await site.goesOn(visitor)
    await database.sql(`DELETE FROM extension_ia WHERE extension_ia_number LIKE '5%'`)
    // Twenty that were served vanish at once: that is held, until somebody says that it is meant.
    await vi.waitFor(() => expect(count('retido')).toBe(20), patience)
    const { signal } = new AbortController()
    await site.daemon.ramais.refresh({ acceptRemovals: true, signal })
    expect(site.ramais()).toHaveLength(2)
    await site.goesOn(visitor)
  })

  it('a row that is changed hundreds of times as fast as can be ends as its last change says', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const client = await database.client()
    const writer = {
      sql: async (text: string, values?: unknown[]) => (await client.query(text, values)).rows,
    }
    const id = await insertRow(writer, { port: a, returnPort: b })
    for (let round = 0; round < 300; round++) {
      await renumber(writer, id, String(round))
      if (round % 10 === 0) await movePorts(writer, id, round % 20 === 0 ? [c, d] : [a, b])
    }
    await renumber(writer, id, '4321')
    await vi.waitFor(
      () =>
        expect(site.ramal(id)).toMatchObject({ ramal_ia: '4321', status: 'ativo', porta_ia: a }),
      patience,
    )
    await deleteRows(writer, id)
    await untilGone(id)
    await client.end()
    await site.goesOn(visitor)
  })

  it('after all that the call is decided, and nothing else was called off', async () => {
    await site.authorises(visitor, returnPort)
    expect(site.ramais().map(({ status }) => status)).toEqual(['ativo', 'ativo'])
    expect(site.alarms()).toEqual([])
  })
})
