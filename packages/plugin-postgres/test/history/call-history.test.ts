import { isProviderError } from '@portaria/core/plugin'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCall, aHistory, aTurn, someCalls } from './a-history.ts'
import { expectSumsOfCalls, idsOf, keptIds } from './kept-calls.ts'

const { signal } = new AbortController()
const noProviders = { stt: null, tts: null, dialogue: null }

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ migrated: true })
  await database.sql(`CREATE ROLE reader LOGIN PASSWORD 'x';
    GRANT SELECT ON portaria_call, portaria_ramal_day TO reader`)
  await database.sql('CREATE DATABASE empty')
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => database.sql('TRUNCATE portaria_call, portaria_ramal_day, condominium_ia'))

function as(role: string): string {
  const url = new URL(database.url)
  url.username = role
  url.password = 'x'
  return url.href
}

describe('calls in PostgreSQL', () => {
  it('are kept once however often they are delivered, and so are their sums', async () => {
    await using history = await aHistory(database.url)
    const calls = someCalls(500)
    await history.append(calls, { signal })
    await history.append(calls, { signal })
    await history.append([...calls.slice(0, 10), ...someCalls(7), ...calls.slice(0, 1)], { signal })
    expect(await keptIds(database)).toHaveLength(507)
    await expectSumsOfCalls(database)
  })

  it('come out as they went in', async () => {
    await using history = await aHistory(database.url)
    const call = aCall({ unit: `50'1"\\ção`, block: null })
    await history.append([call], { signal })
    const [row] = await database.sql('SELECT *, day::text FROM portaria_call')
    expect(row).toEqual({
      ...call,
      started_at: new Date(call.started_at),
      ended_at: new Date(call.ended_at),
      duration_ms: '30000',
    })
  })

  it('are added to their day once when several daemons deliver them at the same time', async () => {
    await using one = await aHistory(database.url)
    await using other = await aHistory(database.url)
    const calls = someCalls(300)
    const batches = [0, 100, 200].map((at) => calls.slice(at, at + 100))
    const deliveries = [one, other].flatMap((history) =>
      batches.map((batch) => history.append(batch, { signal })),
    )
    // Where two wait for each other, one is sent back, and its writer delivers it again.
    await Promise.allSettled(deliveries)
    for (const batch of batches) await one.append(batch, { signal })
    expect(await keptIds(database)).toEqual(idsOf(calls))
    await expectSumsOfCalls(database)
  })

  it('are refused for good when one of them can never be kept, all or none', async () => {
    await using history = await aHistory(database.url)
    for (const bad of [{ ramal_id: 2 ** 40 }, { duration_ms: -1 }, { call_id: 'no uuid' }]) {
      const error = await history.append([aCall(), aCall(bad)], { signal }).catch((e: unknown) => e)
      expect(isProviderError(error) && !error.retryable).toBe(true)
    }
    expect(await keptIds(database)).toEqual([])
  })

  it('may be delivered again when anything but the calls is to blame', async () => {
    await using reader = await aHistory(as('reader'))
    await expect(reader.append([aCall()], { signal })).rejects.toMatchObject({ retryable: true })
    await using stranger = await aHistory(as('nobody-at-all'))
    await expect(stranger.append([aCall()], { signal })).rejects.toMatchObject({ retryable: true })
  })
})

describe('calls of the history', () => {
  const turns = [aTurn(), aTurn({ turn: 2, audible_ms: null, providers: noProviders })]

  it('are found as they went in, by how their UUIDs begin', async () => {
    await using history = await aHistory(database.url)
    const calls = ['7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab', '7d0c7f5f-0000-4000-8000-000000000000']
      .map((call_id) => aCall({ call_id, turns, block: 'A', decision_by: null }))
      .concat(aCall({ call_id: '7d0c8000-0000-4000-8000-000000000000' }))
    await history.append(calls, { signal })
    const found = async (digits: string) => (await history.find?.(digits, { signal })) ?? null
    expect(await found('7d0c7f5e8d2a4a6e9b1c0123456789ab')).toEqual(calls.slice(0, 1))
    expect(await found('7d0c7')).toEqual(calls.slice(0, 2))
    expect(await found('7d0c')).toEqual(calls)
    expect(await found('7d0c9')).toEqual([])
    await history.append(someCalls(20), { signal })
    expect(await found('')).toHaveLength(10)
  })

  it('are kept and found in a table of before the traces, without them', async () => {
    await using history = await aHistory(database.url)
    await database.sql('ALTER TABLE portaria_call DROP COLUMN turns')
    try {
      const call = aCall({ turns })
      await history.append([call], { signal })
      const found = await history.find?.(call.call_id.replaceAll('-', ''), { signal })
      expect(found).toEqual([{ ...call, turns: null }])
    } finally {
      await database.sql('ALTER TABLE portaria_call ADD COLUMN turns jsonb')
    }
    const later = aCall({ turns })
    await history.append([later], { signal })
    const found = await history.find?.(later.call_id.replaceAll('-', ''), { signal })
    expect(found).toEqual([later])
  })

  it('are none where there are no tables', async () => {
    const url = new URL(database.url)
    url.pathname = '/empty'
    await using history = await aHistory(url.href)
    expect(await history.find?.('7d', { signal })).toEqual([])
  })
})

describe('the state of the history', () => {
  it('is ready where the tables are and the role may write them', async () => {
    await using history = await aHistory(database.url)
    expect(await history.state({ signal })).toEqual({ state: 'ready', remedy: null })
  })

  it('is absent where there are no tables, and says how they come', async () => {
    const url = new URL(database.url)
    url.pathname = '/empty'
    await using history = await aHistory(url.href)
    expect(await history.state({ signal })).toMatchObject({
      state: 'absent',
      remedy: expect.stringContaining('portaria db migrate'),
    })
  })

  it('is denied to a role that may only read, and the grants named are all that it lacks', async () => {
    await using history = await aHistory(as('reader'))
    const { state, remedy } = await history.state({ signal })
    expect(state).toBe('denied')
    const grants = remedy?.match(/GRANT [^;]*;/g) ?? []
    expect(grants).toEqual([
      'GRANT INSERT ON public.portaria_call TO reader;',
      'GRANT INSERT, UPDATE ON public.portaria_ramal_day TO reader;',
    ])
    for (const grant of grants) await database.sql(grant)
    expect(await history.state({ signal })).toEqual({ state: 'ready', remedy: null })
    await history.append([aCall()], { signal })
    await database.sql('REVOKE INSERT, UPDATE ON portaria_call, portaria_ramal_day FROM reader')
  })

  it('is denied where every session is read-only', async () => {
    await database.sql(`CREATE ROLE careful LOGIN PASSWORD 'x';
      GRANT ALL ON portaria_call, portaria_ramal_day TO careful;
      ALTER ROLE careful SET default_transaction_read_only = on`)
    await using history = await aHistory(as('careful'))
    expect(await history.state({ signal })).toMatchObject({
      state: 'denied',
      remedy: expect.stringContaining('read-only'),
    })
  })
})

describe('totals', () => {
  it('are the sums of each ramal since ever, and of the day asked for', async () => {
    await using history = await aHistory(database.url)
    await history.append(
      [
        aCall({ day: '2025-06-10' }),
        aCall({ day: '2025-06-10', outcome: 'denied', duration_ms: 5_000 }),
        aCall({ day: '2025-06-09', outcome: 'abandoned', answered: false, duration_ms: 1_000 }),
      ],
      { signal },
    )
    expect(await history.totals({ today: '2025-06-10', signal })).toEqual([
      {
        ramal_id: 1,
        today: {
          calls: 2,
          answered: 2,
          authorized: 1,
          denied: 1,
          abandoned: 0,
          duration_ms: 35_000,
        },
        total: {
          calls: 3,
          answered: 2,
          authorized: 1,
          denied: 1,
          abandoned: 1,
          duration_ms: 36_000,
        },
      },
    ])
    const [later] = await history.totals({ today: '2025-06-11', signal })
    expect(later).toMatchObject({ today: { calls: 0 }, total: { calls: 3 } })
  })
})

describe('pruning', () => {
  const daysAgo = (days: number): string =>
    new Date(Date.now() - days * 24 * 3_600_000).toISOString()

  it('removes calls past the retention of their condomínio, 365 days where it says none, and leaves the sums', async () => {
    await using history = await aHistory(database.url)
    await database.sql(`INSERT INTO condominium_ia (condominium_id, retention_days)
      VALUES (1, 30), (2, NULL)`)
    const kept = [
      aCall({ condominium_id: 1, ended_at: daysAgo(29) }),
      aCall({ condominium_id: 2, ended_at: daysAgo(364) }),
      aCall({ condominium_id: 3, ended_at: daysAgo(364) }),
    ]
    const old = [
      aCall({ condominium_id: 1, ended_at: daysAgo(31) }),
      aCall({ condominium_id: 2, ended_at: daysAgo(366) }),
      aCall({ condominium_id: 3, ended_at: daysAgo(366) }),
    ]
    await history.append([...kept, ...old], { signal })
    expect(await history.prune({ signal })).toBe(3)
    expect(await history.prune({ signal })).toBe(0)
    expect(await keptIds(database)).toEqual(idsOf(kept))
    expect(await database.sql('SELECT sum(calls)::int AS calls FROM portaria_ramal_day')).toEqual([
      { calls: 6 },
    ])
  })

  it('removes more than fit into one statement', async () => {
    await using history = await aHistory(database.url)
    await database.sql(`INSERT INTO portaria_call SELECT gen_random_uuid(), 1, '1000', 1,
      now() - interval '2 years', now() - interval '2 years', 0, '2020-01-01', 'decided', false, 'none'
      FROM generate_series(1, 11000)`)
    expect(await history.prune({ signal })).toBe(11_000)
  })

  it('names the privilege that is missing', async () => {
    await using history = await aHistory(as('reader'))
    await expect(history.prune({ signal })).rejects.toThrow(
      'GRANT DELETE ON public.portaria_call TO reader;',
    )
  })
})
