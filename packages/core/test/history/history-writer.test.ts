import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEventLog } from '../../src/events.ts'
import { createHistoryWriter } from '../../src/history/history-writer.ts'
import { localDay } from '../../src/history/local-day.ts'
import { silentLog } from '../../src/log.ts'
import { createStatistics } from '../../src/statistics/ramal-statistics.ts'
import { aCall } from './a-call.ts'
import { aDataDir, aWriter, until } from './a-writer.ts'
import { createHistoryForTests } from './history-for-tests.ts'

const spooled = async (dataDir: string): Promise<string[]> =>
  (await readdir(join(dataDir, 'spool'))).filter((name) => name.endsWith('.rows'))

describe('a call that ended', () => {
  test('is in the history soon, and leaves nothing in the spool', async () => {
    const dataDir = await aDataDir()
    await using stack = new AsyncDisposableStack()
    const { writer, history } = aWriter({ dataDir })
    stack.use(writer)
    const call = aCall()
    writer.add(call)
    await until(() => expect(history.calls.get(call.call_id)).toEqual(call))
    await until(async () => expect(await spooled(dataDir)).toEqual([]))
    expect(writer.stats()).toEqual({ spooled: 0, delivered: 1, lost: 0 })
  })

  test('is on disk, for its owner only, while the history is away, and delivered when it is back', async () => {
    const dataDir = await aDataDir()
    const history = createHistoryForTests()
    history.fault = 'away'
    const { writer, said } = aWriter({ dataDir, history })
    await using _ = writer
    const calls = Array.from({ length: 1_200 }, () => aCall())
    for (const call of calls) writer.add(call)
    await until(async () => expect((await spooled(dataDir)).length).toBeGreaterThan(1))
    const [name = ''] = await spooled(dataDir)
    expect((await stat(join(dataDir, 'spool', name))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'spool'))).mode & 0o777).toBe(0o700)
    expect(said).toEqual(['the history is away: calls wait in the spool'])

    history.fault = null
    writer.retryNow()
    await until(() => expect(writer.stats()).toEqual({ spooled: 0, delivered: 1_200, lost: 0 }))
    expect(new Set(history.calls.keys())).toEqual(new Set(calls.map((call) => call.call_id)))
    expect(Math.max(...history.batches)).toBeLessThanOrEqual(500)
  })

  test('is delivered by the next process when this one ends while the history is away', async () => {
    const dataDir = await aDataDir()
    const away = createHistoryForTests()
    away.fault = 'away'
    const call = aCall()
    {
      await using writer = aWriter({ dataDir, history: away }).writer
      writer.add(call)
    }
    const { writer, history } = aWriter({ dataDir })
    await using _ = writer
    await until(() => expect([...history.calls.keys()]).toEqual([call.call_id]))
  })

  test('is in the history when the daemon has stopped', async () => {
    const { writer, history } = aWriter({ dataDir: await aDataDir() })
    writer.add(aCall())
    await until(() => expect(history.calls.size).toBe(1))
    writer.add(aCall())
    await writer[Symbol.asyncDispose]()
    expect(history.calls.size).toBe(2)
  })

  test('is kept once although the answer to its delivery was lost', async () => {
    const { writer, history } = aWriter({ dataDir: await aDataDir() })
    await using _ = writer
    writer.add(aCall())
    await until(() => expect(writer.stats().delivered).toBe(1))
    history.fault = 'answer-lost'
    writer.add(aCall())
    await until(() => expect(history.calls.size).toBe(2))
    history.fault = null
    writer.retryNow()
    await until(() => expect(writer.stats()).toMatchObject({ spooled: 0, delivered: 2 }))
    expect(history.sums(1).calls).toBe(2)
  })

  test('goes nowhere where there is no history', async () => {
    const dataDir = await aDataDir()
    await using writer = createHistoryWriter({
      history: null,
      dataDir,
      log: silentLog,
      signal: new AbortController().signal,
      alarms: { raise() {}, clear() {} },
      onTotals() {},
    })
    writer.add(aCall())
    expect(writer.stats()).toEqual({ spooled: 0, delivered: 0, lost: 0 })
    expect(await readdir(dataDir)).toEqual([])
  })
})

describe('a history', () => {
  test('without tables is said once, and nothing is spooled until they come', async () => {
    const dataDir = await aDataDir()
    const history = createHistoryForTests()
    history.answer = { state: 'absent', remedy: 'run portaria db migrate' }
    const { writer, said } = aWriter({ dataDir, history })
    await using _ = writer
    await until(() => expect(said).toHaveLength(1))
    expect(said[0]).toBe('the history of calls is not kept: run portaria db migrate')
    for (let i = 0; i < 100; i++) writer.add(aCall())
    writer.retryNow()
    expect(writer.stats()).toEqual({ spooled: 0, delivered: 0, lost: 0 })
    await expect(spooled(dataDir)).rejects.toThrow('ENOENT')

    history.answer = { state: 'ready', remedy: null }
    writer.retryNow()
    await until(() => {
      writer.add(aCall())
      expect(history.calls.size).toBeGreaterThan(0)
    })
    expect(said).toHaveLength(1)
  })

  test('that this role may not write keeps calls in the spool, and says once what is missing', async () => {
    const history = createHistoryForTests()
    history.answer = { state: 'denied', remedy: 'GRANT INSERT ON public.portaria_call TO reader;' }
    const { writer, said } = aWriter({ dataDir: await aDataDir(), history })
    await using _ = writer
    writer.add(aCall())
    await until(() => expect(said).toHaveLength(1))
    expect(said[0]).toContain('GRANT INSERT')
    writer.retryNow()
    expect(writer.stats().spooled).toBe(1)

    history.answer = { state: 'ready', remedy: null }
    writer.retryNow()
    await until(() => expect(history.calls.size).toBe(1))
    expect(said).toHaveLength(1)
  })

  test('that refuses two of many calls for good gets all others, and the two are kept for a person', async () => {
    const dataDir = await aDataDir()
    const history = createHistoryForTests()
    history.fault = 'away'
    history.refuses = (row) => row.unit === 'bad'
    const { writer, alarms } = aWriter({ dataDir, history })
    await using _ = writer
    for (let i = 0; i < 700; i++) writer.add(aCall({ unit: i % 350 === 99 ? 'bad' : '501' }))
    history.fault = null
    writer.retryNow()
    await until(() => expect(writer.stats()).toEqual({ spooled: 0, delivered: 698, lost: 2 }))
    await until(() => expect(alarms.get('history-refused')).toContain('refused.jsonl'))
    const kept = (await readFile(join(dataDir, 'spool/refused.jsonl'), 'utf8')).trim().split('\n')
    expect(kept.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { why: 'a row is bad', row: { unit: 'bad' } },
      { why: 'a row is bad', row: { unit: 'bad' } },
    ])
  })

  test('is rid of old calls once a day', async () => {
    const clock = { ms: 0 }
    const { writer, history } = aWriter({ dataDir: await aDataDir(), clock: () => clock.ms })
    await using _ = writer
    await until(() => expect(history.prunes).toBe(1))
    writer.add(aCall())
    await until(() => expect(writer.stats().delivered).toBe(1))
    expect(history.prunes).toBe(1)
    clock.ms += 24 * 3_600_000
    writer.retryNow()
    await until(() => expect(history.prunes).toBe(2))
  })
})

describe('sums', () => {
  test('hold what a former process left, and count no call of this one twice, however late they come', async () => {
    const dataDir = await aDataDir()
    const history = createHistoryForTests()
    const day = localDay(new Date())
    await history.append([aCall({ day }), aCall({ day: '2020-01-01' })], {
      signal: new AbortController().signal,
    })
    history.fault = 'away'
    {
      await using writer = aWriter({ dataDir, history }).writer
      writer.add(aCall({ day }))
    }
    using statistics = createStatistics({ now: () => new Date(), events: createEventLog() })
    const { writer } = aWriter({
      dataDir,
      history,
      onTotals: (totals, today) => statistics.seed(totals, today),
    })
    await using _ = writer
    const call = aCall({ day })
    statistics.callStarted({ id: 1, ramal_ia: '1000' })
    statistics.callEnded(call)
    writer.add(call)
    await until(() => expect(writer.stats().spooled).toBe(2))
    expect(statistics.of(1)).toMatchObject({ calls_total: 1, calls_today: 1 })

    history.fault = null
    writer.retryNow()
    await until(() => expect(history.calls.size).toBe(4))
    expect(statistics.of(1)).toMatchObject({ calls_total: 4, calls_today: 3, authorized: 4 })
  })
})
