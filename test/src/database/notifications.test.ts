import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { quietPorts } from '../support/quiet-ports.ts'
import { insertRow, renumber } from './rows.ts'
import { patience, serveTable, type Site } from './serve-table.ts'

let database: TestDatabase
beforeAll(async () => {
  // What is read of the table is seen in the server's log.
  database = await startTestDatabase({ legacy: true, args: ['-c', 'log_statement=all'] })
  await database.sql("CREATE ROLE forger LOGIN PASSWORD 'secret'")
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())
afterEach(() => database.sql('TRUNCATE extension_ia'))

const channel = 'change_record_extension_ia'

async function reads(): Promise<number> {
  return (await database.serverLog()).split('FROM public.extension_ia').length - 1
}

function heard(site: Site): number {
  const { changed, ignored } = site.daemon.snapshot().source.hints
  return changed + ignored
}

/** Resolves when as many were heard since the start, or the link was lost, with which some may be. */
async function allHeard(site: Site, count: number): Promise<void> {
  const isLost = (): boolean =>
    site.daemon.events.since(0).some((event) => event.type === 'source' && event.link === 'lost')
  await vi.waitFor(() => expect(isLost() || heard(site) >= count).toBe(true), patience)
}

const id = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer(), fc.double(), fc.string())
const row = fc.record(
  {
    extension_ia_id: id,
    extension_ia_number: fc.string(),
    extension_ia_number_port: fc.oneof(fc.constant('9'), fc.integer(), fc.string()),
    condominium_id: fc.anything(),
  },
  { requiredKeys: [] },
)
const forged = fc.record(
  {
    action: fc.oneof(fc.constantFrom('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'), fc.anything()),
    data: fc.oneof(row, fc.anything()),
  },
  { requiredKeys: [] },
)
const longest = 7_999
const payload = fc
  .oneof(
    { weight: 3, arbitrary: forged.map((value) => JSON.stringify(value)) },
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(longest)),
    fc.constant(`{"action":"DELETE","data":{"extension_ia_id":${'1'.repeat(7_900)}}}`),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed())
  .filter((text) => Buffer.byteLength(text) <= longest)
/** Told twice, and in any order. */
const payloads = fc
  .array(payload, { minLength: 1, maxLength: 30 })
  .chain((all) => fc.shuffledSubarray([...all, ...all], { minLength: all.length }))

describe('notifications', { timeout: 60_000 }, () => {
  it('row 7: that are forged, malformed, repeated or long change nothing that the table does not show', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    const first = await insertRow(database, { port: a, returnPort: b })
    const second = await insertRow(database, { port: c, returnPort: d })
    await using site = await serveTable(database)
    await site.link('live')
    await using visitor = await site.visitor(a)
    const url = new URL(database.url)
    Object.assign(url, { username: 'forger', password: 'secret' })
    const forger = await database.client(url.href)
    await expect(forger.query('SELECT * FROM extension_ia')).rejects.toThrow('permission denied')
    const before = site.shown()
    const lies = (): readonly unknown[] =>
      [first, second].flatMap((known) =>
        ['INSERT', 'UPDATE', 'DELETE'].map((action) => ({
          action,
          data: {
            extension_ia_id: known,
            extension_ia_number: '666',
            extension_ia_number_port: '9',
          },
        })),
      )
    let round = 0
    await fc.assert(
      fc.asyncProperty(payloads, async (texts) => {
        const sent = [...texts, ...lies().map((lie) => JSON.stringify(lie))]
        const heardBefore = heard(site)
        for (const text of sent) await forger.query('SELECT pg_notify($1, $2)', [channel, text])
        await allHeard(site, heardBefore + sent.length)
        // Told after them, so seen after them.
        const number = String(5000 + (round += 1))
        await renumber(database, second, number)
        await vi.waitFor(() => expect(site.ramal(second)?.ramal_ia).toBe(number), patience)
        expect(site.shown()).toBe(before)
        expect(site.ramal(first)?.ramal_ia).toBe('1000')
      }),
      { numRuns: 20 },
    )
    await forger.end()
    expect(site.daemon.snapshot().source.hints.ignored).toBeGreaterThan(0)
    await site.authorises(visitor, b)
  })

  it('row 8: 10,000 at once become few reads, and calls go on', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    await insertRow(database, { port: a, returnPort: b })
    const second = await insertRow(database, { port: c, returnPort: d })
    await using site = await serveTable(database)
    await site.link('live')
    await using visitor = await site.visitor(a)
    const readsBefore = await reads()
    const heardBefore = heard(site)
    await database.sql(`SELECT pg_notify('${channel}',
      json_build_object('action', 'UPDATE', 'data', json_build_object('extension_ia_id', n))::text)
      FROM generate_series(1, 10000) n`)
    await renumber(database, second, '4321')
    await vi.waitFor(() => expect(site.ramal(second)?.ramal_ia).toBe('4321'), patience)
    await allHeard(site, heardBefore + 10_001)
    const readsAfter = await reads()
    expect(readsAfter - readsBefore).toBeGreaterThan(0)
    expect(readsAfter - readsBefore).toBeLessThan(1_000)
    await site.goesOn(visitor)
    // One after the other, as fast as the server takes them.
    const client = await database.client()
    for (let n = 0; n < 1_000; n++) {
      await client.query('SELECT pg_notify($1, $2)', [
        channel,
        JSON.stringify({ action: 'UPDATE', data: { extension_ia_id: second } }),
      ])
    }
    await client.end()
    await allHeard(site, heardBefore + 11_001)
    expect((await reads()) - readsAfter).toBeLessThanOrEqual(1_000)
    await site.authorises(visitor, b)
  })
})
