import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RamalStore, StoreHint } from '@portaria/core/plugin'
import { freePorts } from '@portaria/test-kit/free-ports'
import { describe, expect, it } from 'vitest'
import postgres from '../src/index.ts'
import { options } from '../src/options.ts'
import { linesOf } from './support/lines.ts'

async function storeOf(given: Record<string, unknown>, dataDir = ''): Promise<RamalStore> {
  const context = { log: linesOf().log, signal: new AbortController().signal, dataDir }
  const store = await postgres.ramais?.(options.parse(given), context)
  if (store === undefined) throw new Error('the plugin makes no ramais')
  return store
}

describe('the plugin', () => {
  it('makes a store of a database that is down, and that says so to whoever reads', async () => {
    const [port] = await freePorts(1)
    const store = await storeOf({ host: '127.0.0.1', port, database: 'portaria', user: 'ana' })
    expect(store.place).toBe(`postgres://ana@127.0.0.1:${port}/portaria`)
    const over = new AbortController()
    await expect(store.list(over)).rejects.toThrow(/nobody listens/)
    const hints: StoreHint[] = []
    for await (const hint of store.watch?.(over) ?? []) {
      hints.push(hint)
      break
    }
    expect(hints).toEqual([
      { type: 'link', state: 'lost', why: expect.stringMatching(/nobody listens/) as string },
    ])
    await store[Symbol.asyncDispose]?.()
  })

  it('refuses options that name no database', async () => {
    await expect(storeOf({})).rejects.toThrow(/DATABASE_URL, or DB_HOST/)
  })

  it('brings a database of its own when asked, seeded and live', { timeout: 60_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'portaria-plugin-'))
    const store = await storeOf({ embedded: true }, dataDir)
    const over = new AbortController()
    try {
      expect(store.place).toMatch(/embedded/)
      expect(await store.list(over)).toMatchObject([{ ramal_ia: '1000', porta_ia: '8080' }])
      const first = await store.watch?.(over)[Symbol.asyncIterator]().next()
      expect(first?.value).toEqual({ type: 'link', state: 'live' })
    } finally {
      over.abort()
      await store[Symbol.asyncDispose]?.()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
