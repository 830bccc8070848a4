import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

describe.concurrent('a call by keypad', { timeout: 90_000 }, () => {
  it('goes from greeting to an authorised entry, and hangs both legs up after they were told', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await gate.said('resident', /Digite 1 para autorizar/)
    await resident.press('1')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    expect(await resident.closed).toMatchObject({ by: 'server-hangup' })
    const call = await gate.state(visitor.uuid, 'ended')
    expect(call).toMatchObject({
      facts: { apartment_number: '501' },
      decision: { outcome: 'authorized', by: 'keypad', words: '1' },
      end_reason: 'decided',
    })
    const told = call.transcript.filter((line) => line.by === 'portaria').map((line) => line.text)
    expect(told).toContain('Entrada autorizada. Pode entrar.')
    expect(told).toContain('Certo, entrada autorizada.')
    expect(gate.daemon.snapshot().counters).toMatchObject({ calls_total: 1, authorized: 1 })
  })

  it('is denied when the resident presses 2, before the question has ended', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    await resident.press('2')
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      by: 'keypad',
      words: '2',
    })
  })

  it('asks twice again after other keys, then denies', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await gate.said('resident', /Digite 1/)
    for (const digit of '357') {
      await resident.press(digit)
      await resident.heard().catch(() => undefined)
    }
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'denied' })
  })

  it('asks for the block when a unit exists in several, and rings the one that was chosen', async () => {
    await using gate = await startGate({
      directory: [
        { apartment_number: '12', block: 'A', residents: ['Ana'], voip_number: '1' },
        { apartment_number: '12', block: 'B', residents: ['Bia'], voip_number: '2' },
      ],
    })
    await using visitor = await gate.visitor()
    await visitor.press('12#')
    await gate.said('visitor', /Para o bloco A, digite 1/)
    await visitor.press('2#')
    const call = await gate.state(visitor.uuid, 'ringing')
    expect(call.facts).toMatchObject({ apartment_number: '12', block: 'B' })
  })

  it('takes a unit and a block from a visitor who takes their time', async () => {
    await using gate = await startGate({
      directory: [
        { apartment_number: '12', block: 'A', residents: ['Ana'], voip_number: '1' },
        { apartment_number: '12', block: 'B', residents: ['Bia'], voip_number: '2' },
      ],
    })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /ainda está aí/)
    await visitor.press('12#')
    await gate.event((e) => e.type === 'said' && /Para o bloco A/.test(e.text))
    await visitor.quiet(1_000)
    await visitor.press('2#')
    const call = await gate.state(visitor.uuid, 'ringing')
    expect(call.facts).toMatchObject({ apartment_number: '12', block: 'B' })
    expect(Date.now() - Date.parse(call.started_at)).toBeGreaterThan(8_500)
  })

  it('asks again for a unit that is not there, and ends after three', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    for (const unit of ['9991#', '9992#', '9993#']) {
      await visitor.press(unit)
      await gate.event((e) => e.type === 'digit' && e.digit === '#')
      await visitor.heard().catch(() => undefined)
      await visitor.quiet(200).catch(() => undefined)
    }
    await visitor.closed
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({
      decision: null,
      end_reason: 'not-found',
    })
  })

  it('hands over to a human on 0, and resets the connection that asks what became of the call', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.press('0')
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    await gate.state(visitor.uuid, 'ended')
    expect(gate.daemon.call(visitor.uuid)).toMatchObject({ end_reason: 'handed-over' })
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
    expect(again.frames).toEqual([])
  })

  it('tells a visitor who speaks on a line without ears to use the keypad', async () => {
    await using gate = await startGate()
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    await visitor.speak(speechOf('002-clean'))
    await gate.said('visitor', /não consigo ouvir você/)
    expect(gate.daemon.call(visitor.uuid)?.decision).toBeNull()
  })
})
