import { quietPorts } from '../support/quiet-ports.ts'
import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, createMemoryStore, type MemoryStore } from '../support/memory-store.ts'
import { accepts, type Rig, startRig } from '../support/ramais-rig.ts'

type Step =
  | { type: 'put'; id: number; ia: number; retorno: number | null; isHeard: boolean }
  | { type: 'break'; id: number }
  | { type: 'delete'; ids: readonly number[]; isHeard: boolean }
  | { type: 'lose' | 'return' | 'restart' | 'refresh' | 'accept' | 'doubt' }

const id = fc.integer({ min: 1, max: 7 })
const port = fc.integer({ min: 0, max: 9 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      id,
      ia: port,
      retorno: fc.option(port),
      isHeard: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('break' as const), id }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('delete' as const),
      ids: fc.uniqueArray(id, { minLength: 1 }),
      isHeard: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...(['lose', 'return', 'restart', 'refresh', 'accept', 'doubt'] as const).map((type) => ({
        type,
      })),
    ),
  },
)

const { signal } = new AbortController()
let folder = ''
let ports: number[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-converge-'))
  ports = await quietPorts(10)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What is in the table and can be served, by id. */
function goodRows(store: MemoryStore): Set<number> {
  const good = [...store.rows.values()].filter(
    (row) => row.porta_ia !== row.porta_retorno && row.porta_ia !== 'abc',
  )
  return new Set(good.map((row) => row.id))
}

async function expectRunningIsTable(rig: Rig, store: MemoryStore): Promise<void> {
  const served = rig.list().filter(({ status }) => status !== 'invalido')
  const held = new Set(served.filter(({ status }) => status === 'retido').map((one) => one.id))
  const good = goodRows(store)
  const wished = new Set([...good, ...held])
  const isNothing = store.rows.size + held.size === 0
  expect(rig.source().serving).toBe(isNothing ? 'compatibility' : 'source')
  if (isNothing) wished.add(1)
  expect(new Set(served.map((one) => one.id))).toEqual(wished)
  for (const one of held) expect(good.has(one)).toBe(false)
  const open = served.flatMap(({ porta_ia, porta_retorno }) => [porta_ia, porta_retorno])
  expect(new Set(open).size).toBe(open.length)
  expect(await Promise.all(open.map((each) => accepts(each)))).toEqual(open.map(() => true))
  const closed = ports.filter((each) => !open.includes(each))
  expect(await Promise.all(closed.map((each) => accepts(each)))).toEqual(closed.map(() => false))
  expectOwnersToHaveTheirWish(rig, good)
}

/** Who wishes a port and has the lowest id of those has it, unless one that is held is in the way. */
function expectOwnersToHaveTheirWish(rig: Rig, good: ReadonlySet<number>): void {
  if (rig.list().some(({ status }) => status === 'retido')) return
  const owners = new Map<number, number>()
  for (const one of rig.list().filter(({ id: each }) => good.has(each))) {
    for (const wish of [one.porta_ia_desejada, one.porta_retorno_desejada]) {
      if (wish !== null && !owners.has(wish)) owners.set(wish, one.id)
    }
  }
  const astray = rig.list().filter((one) => {
    return owners.get(one.porta_ia_desejada) === one.id && one.porta_ia !== one.porta_ia_desejada
  })
  expect(astray).toEqual([])
}

describe('whatever happens to the table and to the way to it', () => {
  it('in the end what runs is the table, but for what is held', { timeout: 120_000 }, async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const dataDir = join(folder, String((run += 1)))
        const store = createMemoryStore()
        let rig = await startRig({ store, dataDir })
        try {
          for (const each of steps) {
            await take(each)
          }
          store.comeBack()
          await rig.control.refresh({ acceptRemovals: false, signal })
          await expectRunningIsTable(rig, store)
          await rig.control.refresh({ acceptRemovals: true, signal })
          await expectRunningIsTable(rig, store)
          expect(rig.list().filter(({ status }) => status === 'retido')).toEqual([])
        } finally {
          await rig[Symbol.asyncDispose]()
        }

        async function take(each: Step): Promise<void> {
          switch (each.type) {
            case 'put': {
              const pair = [
                ports[each.ia],
                each.retorno === null ? null : ports[each.retorno],
              ] as const
              const row = aRow(each.id, pair)
              if (each.isHeard) store.put(row)
              else store.rows.set(each.id, row)
              return
            }
            case 'break':
              return store.put(aRow(each.id, ['abc', 1]))
            case 'delete':
              if (each.isHeard) store.drop(...each.ids)
              else for (const gone of each.ids) store.rows.delete(gone)
              return
            case 'lose':
              return store.goAway()
            case 'return':
              return store.comeBack()
            case 'doubt':
              return store.hint({ type: 'doubt', why: 'a test' })
            case 'restart':
              await rig[Symbol.asyncDispose]()
              rig = await startRig({ store, dataDir })
              return
            case 'refresh':
            case 'accept':
              await rig.control
                .refresh({ acceptRemovals: each.type === 'accept', signal })
                .catch(() => undefined)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})
