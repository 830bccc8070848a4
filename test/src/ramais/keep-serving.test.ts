import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileStore } from '@portaria/core/ramais/file-store'
import { quietPorts } from '../support/quiet-ports.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aRow, createMemoryStore } from '../support/memory-store.ts'
import { accepts, startRig } from '../support/ramais-rig.ts'

const patience = { timeout: 10_000, interval: 20 }
const { signal } = new AbortController()

async function rows(count: number) {
  const ports = await quietPorts(count * 2)
  return Array.from({ length: count }, (_, i) =>
    aRow(i + 1, [ports[2 * i] ?? 0, ports[2 * i + 1] ?? 0]),
  )
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-keep-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what vanishes in a mass', () => {
  it('is held and alarmed, and goes when a person accepts', async () => {
    const store = createMemoryStore(await rows(6))
    await using rig = await startRig({ store })
    store.drop(1, 2, 3, 4, 5)
    await vi.waitFor(
      () => expect(rig.alarms().map(({ id }) => id)).toEqual(['removals-held']),
      patience,
    )
    expect(rig.alarms()[0]?.message).toContain('portaria ramais refresh --accept-removals')
    expect(rig.list().map(({ status }) => status)).toEqual([
      ...Array<string>(5).fill('retido'),
      'ativo',
    ])
    expect(await accepts(rig.get(1)?.porta_ia ?? 0)).toBe(true)
    expect(await rig.control.refresh({ acceptRemovals: false, signal })).toMatchObject({ held: 5 })
    expect(await rig.control.refresh({ acceptRemovals: true, signal })).toEqual({
      removed: 5,
      updated: 0,
      added: 0,
      held: 0,
      total_active: 1,
    })
    expect(rig.list().map(({ id }) => id)).toEqual([6])
    expect(rig.alarms()).toEqual([])
  })

  it('is released when everything is read again 60 s later and still misses it, whatever the wall clock says', async () => {
    const store = createMemoryStore(await rows(6))
    let nowMs = 0
    await using rig = await startRig({ store, clock: () => nowMs })
    store.drop(1, 2, 3, 4, 5)
    await vi.waitFor(() => expect(rig.get(1)?.status).toBe('retido'), patience)
    nowMs = 59_000
    expect(await rig.control.refresh({ acceptRemovals: false, signal })).toMatchObject({ held: 5 })
    nowMs = 60_000
    expect(await rig.control.refresh({ acceptRemovals: false, signal })).toMatchObject({
      held: 0,
      removed: 5,
    })
    expect(rig.list().map(({ id }) => id)).toEqual([6])
  })

  it('is asked for again by itself when its time has come', async () => {
    const store = createMemoryStore(await rows(6))
    let nowMs = 0
    // From the hold on, the clock runs so that the 60 s are over at once.
    await using rig = await startRig({ store, clock: () => (nowMs += 59_990) })
    store.drop(1, 2, 3, 4, 5)
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([6]), patience)
  })

  it('is never released by an empty table, and stays when rows come back', async () => {
    const all = await rows(3)
    const store = createMemoryStore(all)
    let nowMs = 0
    await using rig = await startRig({ store, clock: () => nowMs })
    store.rows.clear()
    nowMs = 100_000
    await rig.control.refresh({ acceptRemovals: false, signal })
    nowMs = 1_000_000
    expect(await rig.control.refresh({ acceptRemovals: false, signal })).toMatchObject({ held: 3 })
    store.put(...all)
    await vi.waitFor(() => expect(rig.alarms()).toEqual([]), patience)
    expect(rig.list().map(({ status }) => status)).toEqual(['ativo', 'ativo', 'ativo'])
  })
})

describe('what vanishes in a mass before a restart', () => {
  async function servedOnce(count: number) {
    const dataDir = await mkdtemp(join(folder, 'restarted-'))
    const all = await rows(count)
    const store = createMemoryStore(all)
    await using rig = await startRig({ store, dataDir })
    expect(rig.list()).toHaveLength(count)
    return { dataDir, store, all }
  }

  it('is held after it too, at its ports, and a further restart keeps it', async () => {
    const { dataDir, store, all } = await servedOnce(3)
    store.rows.clear()
    for (const _ of ['first', 'second']) {
      await using rig = await startRig({ store, dataDir })
      expect(rig.shown()).toBe(
        all
          .map((one) => `${one.id} retido ${String(one.porta_ia)}/${String(one.porta_retorno)}`)
          .join(', '),
      )
      expect(await accepts(Number(all[0]?.porta_ia))).toBe(true)
      expect(rig.alarms().map(({ id }) => id)).toEqual(['removals-held'])
      expect(rig.source().serving).toBe('source')
    }
    await using rig = await startRig({ store, dataDir })
    await rig.control.refresh({ acceptRemovals: true, signal })
    expect(rig.source().serving).toBe('compatibility')
    expect(rig.alarms().map(({ id }) => id)).not.toContain('removals-held')
  })

  it('is let go where other rows wish its ports: the table was filled anew', async () => {
    const { dataDir, store, all } = await servedOnce(3)
    store.rows.clear()
    for (const one of all) store.rows.set(one.id + 10, { ...one, id: one.id + 10 })
    await using rig = await startRig({ store, dataDir })
    expect(rig.list().map(({ id, status }) => `${id} ${status}`)).toEqual([
      '11 ativo',
      '12 ativo',
      '13 ativo',
    ])
  })

  it('is let go when it is no mass', async () => {
    const { dataDir, store } = await servedOnce(3)
    store.rows.delete(2)
    await using rig = await startRig({ store, dataDir })
    expect(rig.list().map(({ id }) => id)).toEqual([1, 3])
  })

  it('is not looked for in a file that no daemon of ours wrote', async () => {
    const dataDir = await mkdtemp(join(folder, 'foreign-'))
    await writeFile(join(dataDir, 'ramais_config.json'), JSON.stringify(await rows(3)))
    await using rig = await startRig({ store: createMemoryStore([]), dataDir })
    expect(rig.source().serving).toBe('compatibility')
  })
})

describe('a table that cannot be read', () => {
  it('is never taken for an empty one: what is served stays, and is right again when it is back', async () => {
    const all = await rows(2)
    const [one, two] = all
    if (one === undefined || two === undefined) throw new Error('two rows are needed')
    const store = createMemoryStore([one])
    await using rig = await startRig({ store })
    store.goAway()
    await expect(rig.control.refresh({ acceptRemovals: true, signal })).rejects.toThrow(
      'it is away',
    )
    expect(rig.source()).toMatchObject({ link: 'lost', why: 'it went away', serving: 'source' })
    store.rows.set(2, two)
    expect(rig.list().map(({ id }) => id)).toEqual([1])
    store.comeBack()
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([1, 2]), patience)
    expect(rig.source()).toMatchObject({ link: 'live', why: null })
  })

  it('is read now and then while only its hints are lost', async () => {
    const [one, two] = await rows(2)
    if (one === undefined || two === undefined) throw new Error('two rows are needed')
    const store = createMemoryStore([one])
    await using rig = await startRig({ store, intervals: { lostReadMs: 50 } })
    store.hint({ type: 'link', state: 'lost', why: 'the role has no connection left' })
    store.rows.set(2, two)
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([1, 2]), patience)
    expect(rig.source().link).toBe('lost')
  })

  it('is tried again while its link stands', async () => {
    const store = createMemoryStore(await rows(1))
    await using rig = await startRig({ store })
    await rig.control.refresh({ acceptRemovals: false, signal })
    const list = store.list.bind(store)
    let tries = 0
    store.list = (asked) => {
      tries += 1
      return tries === 1 ? Promise.reject(new Error('a glitch')) : list(asked)
    }
    store.rows.clear()
    store.hint({ type: 'doubt', why: 'a test' })
    await vi.waitFor(() => expect(rig.source().serving).toBe('compatibility'), patience)
    expect(tries).toBeGreaterThanOrEqual(2)
    expect(rig.source().hints.doubt).toBe(1)
  })

  it('is served from the last good configuration at a start, and followed when it is there', async () => {
    const dataDir = await mkdtemp(join(folder, 'last-good-'))
    const all = await rows(2)
    const store = createMemoryStore(all)
    {
      await using rig = await startRig({ store, dataDir })
      expect(rig.source().serving).toBe('source')
    }
    const kept = JSON.parse(await readFile(join(dataDir, 'ramais_config.json'), 'utf8')) as unknown
    expect(kept).toEqual({ ramais: all })
    store.goAway()
    store.rows.delete(2)
    await using rig = await startRig({ store, dataDir })
    expect(rig.source()).toMatchObject({ serving: 'last-good', link: 'lost', last_read_at: null })
    expect(rig.list().map(({ id }) => id)).toEqual([1, 2])
    store.comeBack()
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([1]), patience)
    expect(rig.source().serving).toBe('source')
  })

  it('is waited for at a start, but not for ever', async () => {
    const [one] = await rows(1)
    if (one === undefined) throw new Error('a row is needed')
    const dataDir = await mkdtemp(join(folder, 'slow-'))
    await writeFile(join(dataDir, 'ramais_config.json'), JSON.stringify([one]))
    const store = createMemoryStore([])
    const gate = Promise.withResolvers<readonly unknown[]>()
    store.list = () => gate.promise
    await using rig = await startRig({ store, dataDir, intervals: { waitMs: 50 } })
    expect(rig.source().serving).toBe('last-good')
    expect(rig.list().map(({ id }) => id)).toEqual([1])
    gate.resolve([])
    await vi.waitFor(() => expect(rig.source().last_read_at).not.toBeNull(), patience)
  })

  it('rings after a while, and no more when it is back', async () => {
    const store = createMemoryStore(await rows(1))
    await using rig = await startRig({ store })
    store.goAway()
    await vi.waitFor(() => expect(rig.alarms().map(({ id }) => id)).toEqual(['database-lost']), {
      timeout: 15_000,
    })
    store.comeBack()
    await vi.waitFor(() => expect(rig.alarms()).toEqual([]), patience)
    const links = rig.events.since(0).flatMap((e) => (e.type === 'source' ? [e.link] : []))
    expect(links).toEqual(['live', 'lost', 'live'])
  }, 30_000)
})

describe('the compatibility pair', () => {
  it('serves an empty table, and gives way to the first row', async () => {
    const [one] = await rows(1)
    const store = createMemoryStore([])
    await using rig = await startRig({ store })
    expect(rig.source().serving).toBe('compatibility')
    expect(rig.get(1)).toMatchObject({ ramal_ia: '1000', porta_ia_desejada: 8080 })
    store.put({ ...(one ?? aRow(7, [1, 2])), id: 7 })
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([7]), patience)
    expect(rig.source().serving).toBe('source')
    store.drop(7)
    await vi.waitFor(() => expect(rig.source().serving).toBe('compatibility'), patience)
  })

  it('does not serve in place of rows that are all bad', async () => {
    await using rig = await startRig({ store: createMemoryStore([aRow(1, ['abc', 0])]) })
    expect(rig.list().map(({ status }) => status)).toEqual(['invalido'])
    expect(rig.source().serving).toBe('source')
  })
})

describe('ramais from a file', () => {
  it('are read at the start and when asked, and a broken file changes nothing', async () => {
    const path = join(folder, 'ramais.json')
    const [one, two] = await rows(2)
    await writeFile(path, JSON.stringify({ ramais: [one] }))
    await using rig = await startRig({ store: createFileStore(path) })
    expect(rig.source()).toMatchObject({ link: 'none', serving: 'source', place: path })
    expect(rig.control.edit).toBeNull()
    await writeFile(path, JSON.stringify({ ramais: [one, two] }))
    const asked = { acceptRemovals: false, signal }
    expect(await rig.control.refresh(asked)).toMatchObject({ added: 1, total_active: 2 })
    await writeFile(path, '{"ramais":[}')
    await expect(rig.control.refresh(asked)).rejects.toThrow(`${path}:1:12: not JSON`)
    expect(rig.list().map(({ status }) => status)).toEqual(['ativo', 'ativo'])
  })

  it('refuse to start when none of them can be served, with the reason', async () => {
    const path = join(folder, 'unserved.json')
    await writeFile(path, JSON.stringify(await rows(1)))
    const settings = { audiosocket: { bind: '203.0.113.7' } }
    await expect(startRig({ store: createFileStore(path), settings })).rejects.toThrow(
      'this machine has no such address',
    )
  })
})

describe('hints', () => {
  it('are merged: one read in flight, one pending', async () => {
    const all = await rows(3)
    const store = createMemoryStore(all)
    await using rig = await startRig({ store })
    await rig.control.refresh({ acceptRemovals: false, signal })
    const before = { ...store.reads }
    for (let i = 0; i < 10_000; i++) store.hint({ type: 'changed', ids: [(i % 3) + 1] })
    await vi.waitFor(() => expect(rig.source().hints.changed).toBe(10_000), patience)
    await rig.control.refresh({ acceptRemovals: false, signal })
    expect(store.reads.full + store.reads.ids - before.full - before.ids).toBeLessThanOrEqual(5)
  })

  it('that name no row are counted, and nothing is read', async () => {
    const store = createMemoryStore(await rows(1))
    await using rig = await startRig({ store })
    await rig.control.refresh({ acceptRemovals: false, signal })
    const before = { ...store.reads }
    store.hint({ type: 'ignored', why: 'plain text' })
    await vi.waitFor(() => expect(rig.source().hints.ignored).toBe(1), patience)
    expect(store.reads).toEqual(before)
  })

  it('that lie change nothing that the table does not show', async () => {
    const store = createMemoryStore(await rows(1))
    await using rig = await startRig({ store })
    const before = rig.shown()
    store.hint({ type: 'changed', ids: [1, 99, -5, 2 ** 52] })
    await vi.waitFor(() => expect(rig.source().hints.changed).toBe(1), patience)
    await rig.control.refresh({ acceptRemovals: false, signal })
    expect(rig.shown()).toBe(before)
  })
})
