import { randomUUID } from 'node:crypto'
import { quietPorts } from '../support/quiet-ports.ts'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import { describe, expect, it, vi } from 'vitest'
import { aRow, createMemoryStore } from '../support/memory-store.ts'
import { accepts, type Rig, startRig } from '../support/ramais-rig.ts'

const patience = { timeout: 10_000, interval: 20 }

function call(port: number, uuid: string = randomUUID()): Promise<Phone> {
  return callIn({ port, uuid })
}

async function live(rig: Rig, count: number): Promise<void> {
  await vi.waitFor(() => expect(rig.switchboard.live()).toHaveLength(count), patience)
}

async function untilRefused(port: number): Promise<void> {
  await vi.waitFor(async () => expect(await accepts(port)).toBe(false), { timeout: 15_000 })
}

/** Resolves when the call listens to the visitor, and goes on. */
async function attended(rig: Rig, phone: Phone): Promise<void> {
  await phone.heard(0)
  await vi.waitFor(() => expect(rig.switchboard.get(phone.uuid)?.state).not.toBe('ended'), patience)
}

/** The visitor asks for 501, whose resident comes through this port and says yes. */
async function authorise(rig: Rig, visitor: Phone, residentPort: number): Promise<void> {
  await visitor.press('501#')
  const isRinging = (): void => expect(rig.switchboard.get(visitor.uuid)?.state).toBe('ringing')
  await vi.waitFor(isRinging, { timeout: 20_000, interval: 20 })
  await using resident = await call(residentPort, visitor.uuid)
  await resident.heard(0)
  await resident.press('1')
  await visitor.closed
  await vi.waitFor(
    () => expect(rig.switchboard.get(visitor.uuid)?.decision?.outcome).toBe('authorized'),
    patience,
  )
}

describe.concurrent('a live call', { timeout: 60_000 }, () => {
  it('goes on when its ramal gets another number, and its resident still finds it', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.put(aRow(1, [p, r], { ramal_ia: '7777', condominio_id: 9 }))
    await vi.waitFor(() => expect(rig.get(1)?.ramal_ia).toBe('7777'), patience)
    expect(rig.get(1)?.calls).toBe(1)
    await authorise(rig, visitor, r)
    await using next = await call(p)
    await live(rig, 1)
    expect(rig.switchboard.get(visitor.uuid)).toMatchObject({ ramal: '1010' })
    expect(rig.switchboard.get(next.uuid)).toMatchObject({ ramal: '7777', condominio_id: 9 })
  })

  it('goes on when its ramal moves: its return port stays, new visitors are sent away from the old port', async () => {
    const [p = 0, r = 0, q = 0, s = 0] = await quietPorts(4)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.put(aRow(1, [q, s]))
    await vi.waitFor(() => expect(rig.shown()).toBe(`1 ativo ${q}/${s}`), patience)
    const late = await call(p)
    expect(await late.closed).toMatchObject({ by: 'server-reset' })
    await using next = await call(q)
    await attended(rig, next)
    await authorise(rig, visitor, r)
    next.hangup()
    await untilRefused(p)
    await untilRefused(r)
  })

  it('outlives the old ports of its ramal', async () => {
    const [p = 0, r = 0, q = 0, s = 0] = await quietPorts(4)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store, drainSeconds: 0.2 })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.put(aRow(1, [q, s]))
    await untilRefused(p)
    expect(rig.switchboard.get(visitor.uuid)?.ended_at).toBeNull()
    await visitor.heard()
  })

  it('keeps its return port when its ramal goes to and fro, though older calls there end before', async () => {
    const [p = 0, r = 0, q = 0, s = 0, t = 0, u = 0] = await quietPorts(6)
    const store = createMemoryStore([aRow(1, [p, r]), aRow(2, [t, u])])
    await using rig = await startRig({ store })
    const moveTo = async (ports: [number, number]): Promise<void> => {
      store.put(aRow(1, ports))
      const shown = `1 ativo ${ports.join('/')}`
      await vi.waitFor(() => expect(rig.shown()).toContain(shown), patience)
    }
    await using older = await call(p)
    await attended(rig, older)
    await moveTo([q, s])
    await moveTo([p, r])
    await using visitor = await call(p)
    await attended(rig, visitor)
    await moveTo([q, s])
    older.hangup()
    await live(rig, 1)
    // What follows from the end of the older call has happened when what follows from a later end has.
    await using other = await call(t)
    await attended(rig, other)
    store.drop(2)
    await vi.waitFor(() => expect(rig.get(2)?.status).toBe('removendo'), patience)
    other.hangup()
    await vi.waitFor(() => expect(rig.get(2)).toBeUndefined(), patience)
    await authorise(rig, visitor, r)
    await untilRefused(r)
  })

  it('finishes when its ramal is removed, which takes no new visitors meanwhile', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([
      aRow(1, [p, r]),
      aRow(2, (await quietPorts(2)) as [number, number]),
    ])
    await using rig = await startRig({ store })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.drop(1)
    await vi.waitFor(() => expect(rig.get(1)?.status).toBe('removendo'), patience)
    const late = await call(p)
    expect(await late.closed).toMatchObject({ by: 'server-reset' })
    expect(rig.switchboard.get(visitor.uuid)?.ended_at).toBeNull()
    visitor.hangup()
    await live(rig, 0)
    const question = await call(p, visitor.uuid)
    expect(await question.closed).toMatchObject({ by: 'server-hangup' })
    await untilRefused(p)
    await vi.waitFor(() => expect(rig.list().map(({ id }) => id)).toEqual([2]), patience)
  })

  it('is ended with an apology when its removed ramal has drained for long enough', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store, drainSeconds: 0.2 })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.drop(1)
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    await live(rig, 0)
    const ended = rig.switchboard.get(visitor.uuid)
    expect(ended).toMatchObject({ end_reason: 'shutdown', decision: null })
    expect(ended?.transcript.at(-1)?.text).toMatch(/preciso encerrar/)
  })

  it('is ended politely at once where removed ramais hang up', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({
      store,
      drainSeconds: 600,
      settings: { ramalRemoval: 'hangup' },
    })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.drop(1)
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    await untilRefused(p)
  })

  it('is simply served on when the row of its ramal comes back', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(1, [p, r])])
    await using rig = await startRig({ store, drainSeconds: 600 })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.drop(1)
    await vi.waitFor(() => expect(rig.get(1)?.status).toBe('removendo'), patience)
    store.put(aRow(1, [p, r], { ramal_ia: '2222' }))
    await vi.waitFor(
      () => expect(rig.get(1)).toMatchObject({ status: 'ativo', calls: 1 }),
      patience,
    )
    await using next = await call(p)
    await attended(rig, next)
    expect(rig.switchboard.live()).toHaveLength(2)
  })

  it('goes on while its ramal is restarted', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    await using rig = await startRig({ store: createMemoryStore([aRow(1, [p, r])]) })
    await using visitor = await call(p)
    await attended(rig, visitor)
    expect(await rig.control.restart({ id: 1 })).toBe('restarted')
    await using next = await call(p)
    await attended(rig, next)
    expect(rig.switchboard.live()).toHaveLength(2)
  })

  it('keeps its ramal where it is until it is over, although its wished port is free again', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(1, [p, r]), aRow(2, [p, r])])
    await using rig = await startRig({ store, intervals: { tendMs: 50 } })
    const elsewhere = rig.get(2)?.porta_ia ?? 0
    await using visitor = await call(elsewhere)
    await attended(rig, visitor)
    store.drop(1)
    await vi.waitFor(() => expect(rig.get(1)).toBeUndefined(), patience)
    await rig.control.refresh({ acceptRemovals: false, signal: new AbortController().signal })
    expect(rig.get(2)).toMatchObject({ status: 'deslocado', porta_ia: elsewhere })
    visitor.hangup()
    await vi.waitFor(() => expect(rig.shown()).toBe(`2 ativo ${p}/${r}`), patience)
  })

  it('makes a lower id wait for the ports that it talks on', async () => {
    const [p = 0, r = 0] = await quietPorts(2)
    const store = createMemoryStore([aRow(2, [p, r])])
    await using rig = await startRig({ store, intervals: { tendMs: 50 } })
    await using visitor = await call(p)
    await attended(rig, visitor)
    store.put(aRow(1, [p, r]))
    await vi.waitFor(() => expect(rig.get(1)?.status).toBe('deslocado'), patience)
    expect(rig.get(1)?.motivo).toContain('whose calls are not over yet')
    expect(rig.switchboard.get(visitor.uuid)?.ended_at).toBeNull()
    visitor.hangup()
    await vi.waitFor(
      () => expect(rig.get(1)).toMatchObject({ status: 'ativo', porta_ia: p, porta_retorno: r }),
      { timeout: 15_000 },
    )
    expect(rig.get(2)?.status).toBe('deslocado')
  })
})
