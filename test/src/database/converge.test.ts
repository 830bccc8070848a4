import { startTcpProxy, type TcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quietPorts } from '../support/quiet-ports.ts'
import { accepts } from '../support/ramais-rig.ts'
import { terminateBackends } from './rows.ts'
import { serveTable, type Site } from './serve-table.ts'

type Put = { id: number; port: number; returnPort: number | null; number: number }
type Step =
  | { type: 'put'; rows: readonly Put[] }
  | { type: 'spoil'; id: number }
  | { type: 'delete'; ids: readonly number[] }
  | { type: 'lie'; id: number }
  | { type: 'terminate' | 'stall' | 'resume' | 'reset' | 'restart' | 'refresh' | 'accept' }

const id = fc.integer({ min: 1, max: 8 })
const port = fc.integer({ min: 0, max: 11 })
const put = fc.record({
  id,
  port,
  returnPort: fc.option(port, { freq: 8 }),
  number: fc.integer({ min: 1000, max: 1009 }),
})
const only = <T extends string>(type: T) => fc.constant({ type })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      rows: fc.uniqueArray(put, { minLength: 1, maxLength: 6, selector: (row) => row.id }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('spoil' as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('delete' as const),
      ids: fc.uniqueArray(id, { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lie' as const), id }) },
  { weight: 2, arbitrary: only('terminate') },
  { weight: 1, arbitrary: only('stall') },
  { weight: 1, arbitrary: only('resume') },
  { weight: 1, arbitrary: only('reset') },
  { weight: 1, arbitrary: only('restart') },
  { weight: 1, arbitrary: only('refresh') },
  { weight: 1, arbitrary: only('accept') },
)

const settled = { timeout: 30_000, interval: 50 }
const { signal } = new AbortController()

let database: TestDatabase
let proxy: TcpProxy
let ports: number[] = []
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
  proxy = await startTcpProxy(database)
  ports = await quietPorts(12)
}, 60_000)
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** One transaction: what it changes is told at once, each row by itself. */
async function putRows(rows: readonly Put[]): Promise<void> {
  const values = rows.map((row) => ({
    extension_ia_id: row.id,
    extension_ia_number: String(row.number),
    extension_ia_return: '9',
    extension_ia_ip: '127.0.0.1',
    extension_ia_number_port: String(ports[row.port]),
    condominium_id: 1,
    extension_ia_return_port: row.returnPort === null ? null : String(ports[row.returnPort]),
  }))
  await database.sql(
    `WITH given AS (SELECT * FROM jsonb_populate_recordset(NULL::extension_ia, $1)),
       changed AS (UPDATE extension_ia AS old SET extension_ia_number = given.extension_ia_number,
         extension_ia_number_port = given.extension_ia_number_port,
         extension_ia_return_port = given.extension_ia_return_port
         FROM given WHERE given.extension_ia_id = old.extension_ia_id RETURNING old.extension_ia_id)
     INSERT INTO extension_ia SELECT * FROM given
       WHERE extension_ia_id NOT IN (SELECT extension_ia_id FROM changed)`,
    [JSON.stringify(values)],
  )
}

async function take(site: Site, each: Step): Promise<void> {
  switch (each.type) {
    case 'put':
      return putRows(each.rows)
    case 'spoil':
      return void (await database.sql(
        `UPDATE extension_ia SET extension_ia_number_port = 'abc' WHERE extension_ia_id = $1`,
        [each.id],
      ))
    case 'delete':
      return void (await database.sql('DELETE FROM extension_ia WHERE extension_ia_id = ANY($1)', [
        each.ids,
      ]))
    case 'lie': {
      const payload = JSON.stringify({ action: 'DELETE', data: { extension_ia_id: each.id } })
      return void (await database.sql('SELECT pg_notify($1, $2)', [
        'change_record_extension_ia',
        payload,
      ]))
    }
    case 'terminate':
      return terminateBackends(database)
    case 'stall':
      return proxy.stall()
    case 'resume':
      return proxy.resume()
    case 'reset':
      return proxy.reset()
    case 'restart':
      return database.restart('immediate')
    case 'refresh':
    case 'accept':
      // Not waited for: behind a link that is stalled its answer comes late, or never.
      site.daemon.ramais
        .refresh({ acceptRemovals: each.type === 'accept', signal })
        .catch(() => undefined)
  }
}

/** As `site` should show the table: each row as it stands there, or as invalid. */
async function table(): Promise<Map<number, string>> {
  const rows = await database.sql(
    `SELECT extension_ia_id AS id, trim(extension_ia_number) AS number, trim(extension_ia_number_port) AS port,
       trim(extension_ia_return_port) AS return_port FROM extension_ia`,
  )
  return new Map(
    rows.map((row) => {
      const isBad = row['port'] === 'abc' || row['port'] === row['return_port']
      const wish = `${String(row['number'])} ${String(row['port'])}/${String(row['return_port'])}`
      return [Number(row['id']), isBad ? 'invalido' : wish]
    }),
  )
}

async function expectRunningIsTable(site: Site): Promise<void> {
  const rows = await table()
  const all = site.ramais()
  const held = all.filter(({ status }) => status === 'retido')
  const told = all.filter(({ status }) => status !== 'retido')
  const isNothing = rows.size + held.length === 0
  expect(site.daemon.snapshot().source.serving).toBe(isNothing ? 'compatibility' : 'source')
  if (isNothing) rows.set(1, '1000 8080/8081')
  const shown = told.map((one): [number, string] => {
    const wish = `${one.ramal_ia} ${one.porta_ia_desejada}/${one.porta_retorno_desejada}`
    return [one.id, one.status === 'invalido' ? 'invalido' : wish]
  })
  expect(new Map(shown)).toEqual(rows)
  // What is held has no good row any more.
  expect(held.filter((one) => ![undefined, 'invalido'].includes(rows.get(one.id)))).toEqual([])
  const served = all.filter(({ status }) => status !== 'invalido')
  expect(served.filter(({ status }) => status === 'recusado')).toEqual([])
  const open = served.flatMap((one) => [one.porta_ia, one.porta_retorno])
  expect(new Set(open).size).toBe(open.length)
  expect(await Promise.all(open.map((each) => accepts(each)))).toEqual(open.map(() => true))
  const closed = ports.filter((each) => !open.includes(each))
  expect(await Promise.all(closed.map((each) => accepts(each)))).toEqual(closed.map(() => false))
}

describe('whatever happens to the table, the server and the way to it', () => {
  it('in the end what runs is the table, but for what is held', { timeout: 180_000 }, async () => {
    await using site = await serveTable({ url: database.url, port: proxy.port })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
        for (const each of steps) await take(site, each)
        proxy.resume()
        await vi.waitFor(() => expectRunningIsTable(site), settled)
        await vi.waitFor(
          () => site.daemon.ramais.refresh({ acceptRemovals: true, signal }),
          settled,
        )
        await vi.waitFor(() => expectRunningIsTable(site), settled)
        expect(site.ramais().filter(({ status }) => status === 'retido')).toEqual([])
      }),
      { numRuns: 20, endOnFailure: true, interruptAfterTimeLimit: 75_000 },
    )
  })
})
