import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startGate } from '../support/start-gate.ts'

describe.concurrent('the legs of a call', { timeout: 90_000 }, () => {
  it('carry a frame from the first moment on, before the greeting', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    const audibleMs = await visitor.heard(0)
    const [first] = visitor.frames
    expect(first?.atMs).toBeLessThanOrEqual(audibleMs)
    expect(audibleMs - visitor.connectedMs).toBeLessThan(10_000)
  })

  it('end as abandoned, without a decision, when the visitor hangs up before an answer', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await gate.state(visitor.uuid, 'deciding')
    visitor.hangup()
    await gate.said('resident', /já desligou/)
    await resident.closed
    const call = await gate.state(visitor.uuid, 'ended')
    expect(call).toMatchObject({ decision: null, end_reason: 'abandoned' })
    expect(gate.daemon.snapshot().counters.abandoned).toBe(1)
  })

  it('deny when the resident hangs up without an answer', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    resident.hangup()
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      by: 'hangup',
      words: null,
    })
  })

  it('wait for the resident twice, then the visitor is told and the entry denied', async () => {
    await using gate = await startGate({ call: { ringSeconds: 0.5 } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    const ringing = await gate.event((e) => e.type === 'call' && e.state === 'ringing')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    const call = await gate.state(visitor.uuid, 'ended')
    expect(call.decision).toMatchObject({ outcome: 'denied', by: 'timeout', reason: 'no-answer' })
    const waitedMs = Date.parse(call.decision?.at ?? '') - Date.parse(ringing.time)
    expect(waitedMs).toBeGreaterThanOrEqual(990)
    expect(call.transcript.at(-1)?.text).toMatch(/até logo/)
  })

  it('answer the UUID of an ended call with 0x00 at once and nothing else', async () => {
    await using gate = await startGate({ call: { ringSeconds: 0.2 } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await visitor.closed
    await gate.state(visitor.uuid, 'ended')
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-hangup' })
    expect(again.frames).toEqual([])
  })

  it('refuse a second visitor with the same UUID, and leave the first one alone', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    const second = await gate.visitor({ uuid: visitor.uuid })
    expect(await second.closed).toMatchObject({ by: 'server-hangup' })
    expect(second.frames).toEqual([])
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
  })

  it('refuse a resident whose UUID no call has, and one that nobody waits for', async () => {
    await using gate = await startGate()
    const stranger = await gate.resident(randomUUID())
    expect(await stranger.closed).toMatchObject({ by: 'server-hangup' })
    expect(stranger.frames).toEqual([])
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    const early = await gate.resident(visitor.uuid)
    expect(await early.closed).toMatchObject({ by: 'server-hangup' })
  })

  it('tell a resident who answers after the end that the call is over', async () => {
    await using gate = await startGate({ call: { ringSeconds: 0.2 } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ended')
    await using late = await gate.resident(visitor.uuid)
    await late.heard(0)
    await late.press('1')
    expect(await late.closed).toMatchObject({ by: 'server-hangup' })
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).toBe('denied')
  })

  it('are cut by an operator over the API', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    expect(gate.daemon.hangup(visitor.uuid, 'resident')).toBe('no-leg')
    expect(gate.daemon.hangup(randomUUID(), 'visitor')).toBe('unknown-call')
    expect(gate.daemon.hangup(visitor.uuid, 'visitor')).toBe('ok')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
  })
})
