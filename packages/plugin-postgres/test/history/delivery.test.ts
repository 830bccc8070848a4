import { rm } from 'node:fs/promises'
import { startTcpProxy } from '@portaria/test-kit/tcp-proxy'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { aDataDir, aHistory, aWriter, someCalls } from './a-history.ts'
import { expectSumsOfCalls, idsOf, keptIds } from './kept-calls.ts'

const patient = { timeout: 60_000, interval: 20 }

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await startTestDatabase({ migrated: true })
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.sql('TRUNCATE portaria_call, portaria_ramal_day')
  dataDir = await aDataDir()
  return () => rm(dataDir, { recursive: true })
})

function sessions(): Promise<Record<string, unknown>[]> {
  return database.sql(`SELECT pid FROM pg_stat_activity WHERE application_name = 'portaria'`)
}

function throughPort(port: number): string {
  const url = new URL(database.url)
  url.port = String(port)
  return url.href
}

it('a database that crashes and comes back while calls end has every one of them once', async () => {
  await using history = await aHistory(database.url)
  const writer = aWriter(history, dataDir)
  await using _ = writer
  const calls = someCalls(900)
  const add = (from: number): void => {
    for (const call of calls.slice(from, from + 300)) writer.add(call)
  }
  add(0)
  await database.stop('immediate')
  add(300)
  await database.start()
  add(600)
  await vi.waitFor(() => expect(writer.stats()).toMatchObject({ spooled: 0, lost: 0 }), patient)
  expect(await keptIds(database)).toEqual(idsOf(calls))
  await expectSumsOfCalls(database)
}, 90_000)

it('any interleaving of calls, failures and restarts leaves each call once, and sums that are theirs', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('calls' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.constantFrom(
      { type: 'stall' as const },
      { type: 'cut' as const },
      { type: 'accept' as const },
      { type: 'retry' as const },
      { type: 'restart the daemon' as const },
    ),
  )
  await using proxy = await startTcpProxy({ port: database.port })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
      await database.sql('TRUNCATE portaria_call, portaria_ramal_day')
      const calls: ReturnType<typeof someCalls> = []
      let history = await aHistory(throughPort(proxy.port))
      let writer = aWriter(history, dataDir)
      const stop = async (): Promise<void> => {
        await writer[Symbol.asyncDispose]()
        await history[Symbol.asyncDispose]()
      }
      for (const action of steps) {
        switch (action.type) {
          case 'calls':
            for (const call of someCalls(action.count)) {
              calls.push(call)
              writer.add(call)
            }
            break
          case 'stall':
            proxy.stall()
            break
          case 'cut':
            proxy.refuse()
            proxy.reset()
            break
          case 'accept':
            proxy.resume()
            proxy.accept()
            break
          case 'retry':
            writer.retryNow()
            break
          case 'restart the daemon':
            await stop()
            history = await aHistory(throughPort(proxy.port))
            writer = aWriter(history, dataDir)
        }
        // Lets the writer get somewhere.
        await keptIds(database)
      }
      proxy.accept()
      proxy.resume()
      writer.retryNow()
      await vi.waitFor(async () => expect(await keptIds(database)).toEqual(idsOf(calls)), patient)
      await expectSumsOfCalls(database)
      expect(writer.stats().lost).toBe(0)
      await stop()
      // What was held back in the proxy may still arrive.
      await vi.waitFor(async () => expect(await sessions()).toEqual([]), patient)
      expect(await keptIds(database)).toEqual(idsOf(calls))
      await expectSumsOfCalls(database)
    }),
    { numRuns: 25, endOnFailure: true },
  )
}, 300_000)
