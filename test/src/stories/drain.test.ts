import { describe, expect, it } from 'vitest'
import { startGate } from '../support/start-gate.ts'

describe.concurrent('a daemon that stops', { timeout: 90_000 }, () => {
  it('lets a call finish, and resets new visitors so that a human is rung', async () => {
    await using gate = await startGate({ call: { drainSeconds: 20 } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    const drained = gate.daemon.drain()
    const late = await gate.visitor()
    expect(await late.closed).toMatchObject({ by: 'server-reset' })
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    await resident.press('1')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    await drained
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).toBe('authorized')
  })

  it('apologises to a call that outlasts the limit, and ends it', async () => {
    await using gate = await startGate({ call: { drainSeconds: 0.2 } })
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    await gate.daemon.drain()
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    const call = gate.daemon.call(visitor.uuid)
    expect(call).toMatchObject({ end_reason: 'shutdown', decision: null })
    expect(call?.transcript.at(-1)?.text).toMatch(/preciso encerrar/)
  })

  it('hurries when it is told again', async () => {
    await using gate = await startGate({ call: { drainSeconds: 60 } })
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    const first = gate.daemon.drain()
    const second = gate.daemon.drain()
    await Promise.all([first, second])
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
  })
})
