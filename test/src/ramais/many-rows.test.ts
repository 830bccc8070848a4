import { randomUUID } from 'node:crypto'
import { quietPorts } from '../support/quiet-ports.ts'
import { callIn } from '@portaria/test-kit/phone'
import { describe, expect, it, vi } from 'vitest'
import { aRow, createMemoryStore } from '../support/memory-store.ts'
import { accepts, startRig } from '../support/ramais-rig.ts'

const patience = { timeout: 60_000, interval: 100 }

describe('10,000 rows', { timeout: 120_000 }, () => {
  it('are served as far as they are ramais, and a call goes on meanwhile', async () => {
    const [p = 0, r = 0, ...ports] = await quietPorts(402)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store })
    await using visitor = await callIn({ port: p, uuid: randomUUID() })
    await visitor.heard(0)
    const good = Array.from({ length: 200 }, (_, i) =>
      aRow(i + 2, [ports[2 * i] ?? 0, String(ports[2 * i + 1])]),
    )
    const bad = Array.from({ length: 9_800 }, (_, i) => aRow(i + 1_000, ['abc', i]))
    const framesBefore = visitor.frames.length
    store.put(...good, ...bad)
    const counted = (): Record<string, number> => {
      const states = Map.groupBy(rig.list(), ({ status }) => status)
      return Object.fromEntries([...states].map(([status, { length }]) => [status, length]))
    }
    await vi.waitFor(() => expect(counted()).toEqual({ ativo: 201, invalido: 9_800 }), patience)
    await vi.waitFor(() => expect(visitor.frames.length).toBeGreaterThan(framesBefore), patience)
    expect(rig.switchboard.live()).toHaveLength(1)
    store.drop(...bad.map(({ id }) => id))
    await vi.waitFor(() => expect(counted()).toEqual({ ativo: 201 }), patience)
  })

  it('that all wish one port find one each', async () => {
    const [from = 0] = await quietPorts(1)
    const store = createMemoryStore(
      Array.from({ length: 200 }, (_, i) => aRow(i + 1, [from, from + 1])),
    )
    await using rig = await startRig({ store })
    const ports = rig.list().flatMap(({ porta_ia, porta_retorno }) => [porta_ia, porta_retorno])
    expect(new Set(ports).size).toBe(400)
    expect(rig.list().every(({ status }) => status === 'ativo' || status === 'deslocado')).toBe(
      true,
    )
  })

  it('more than there are open files for leave room for calls, and say so', async () => {
    const ports = await quietPorts(6)
    const rows = [1, 2, 3].map((id) => aRow(id, [ports[2 * id - 2], ports[2 * id - 1]]))
    await using rig = await startRig({ store: createMemoryStore(rows), mostDoors: 5 })
    expect(rig.list().map(({ status }) => status)).toEqual(['ativo', 'ativo', 'recusado'])
    expect(rig.get(3)?.motivo).toContain('raise the limit')
    expect(await accepts(ports[4] ?? 0)).toBe(false)
  })

  it('one that could not move for want of room moves when others have made some', async () => {
    const ports = await quietPorts(8)
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = ports
    const store = createMemoryStore([aRow(1, [a, b]), aRow(2, [c, d]), aRow(3, [e, f])])
    await using rig = await startRig({ store, mostDoors: 6, intervals: { tendMs: 50 } })
    store.put(aRow(1, [g, h]))
    await vi.waitFor(() => expect(rig.get(1)?.motivo).toContain('raise the limit'), patience)
    expect(rig.shown()).toContain(`1 deslocado ${a}/${b}`)
    store.drop(3)
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${g}/${h}, 2 ativo ${c}/${d}`), {
      ...patience,
      timeout: 10_000,
    })
    expect(await accepts(a)).toBe(false)
  })
})
