import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate, type Gate } from '../support/start-gate.ts'

const delivery = 'Tenho uma entrega para o apartamento quinhentos e um'

/** The visitor says it all in one turn, and answers what is asked with the next turns. */
async function ring(gate: Gate, turns: number) {
  const visitor = await gate.visitor()
  await visitor.heard(0)
  await visitor.quiet(300)
  for (let turn = 0; turn < turns; turn++) {
    const heard = gate.daemon.call(visitor.uuid)?.transcript.length ?? 0
    await visitor.speak(speechOf('002-clean'))
    await gate.event(
      (e) =>
        (e.type === 'call' && e.state === 'ringing') ||
        (e.type === 'said' && (gate.daemon.call(visitor.uuid)?.transcript.length ?? 0) > heard + 1),
    )
  }
  return visitor
}

function isOver(gate: Gate, uuid: string): boolean {
  return gate.daemon.call(uuid)?.decision !== null
}

async function askedResident(gate: Gate, uuid: string) {
  await gate.state(uuid, 'ringing')
  const resident = await gate.resident(uuid)
  await gate.said('resident', /Diga sim ou não/)
  return resident
}

describe.concurrent('a call by voice', { timeout: 90_000 }, () => {
  it('learns who, for whom and why, tells the resident, and authorises on a spoken yes', async () => {
    await using gate = await startGate({
      hears: [[`Aqui é o Carlos, ${delivery}`], ['sim, pode entrar']],
    })
    await using visitor = await ring(gate, 1)
    await using resident = await askedResident(gate, visitor.uuid)
    await resident.quiet(200)
    await resident.speak(speechOf('000-clean'))
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    const call = await gate.state(visitor.uuid, 'ended')
    expect(call.decision).toMatchObject({
      outcome: 'authorized',
      by: 'speech',
      words: 'sim, pode entrar',
    })
    expect(call.facts).toMatchObject({
      intent_type: 'entrega',
      interlocutor_name: 'Carlos',
      apartment_number: '501',
    })
    const toResident = call.transcript.filter((line) => line.to === 'resident')
    expect(toResident.map((line) => line.text)).toContain('Carlos está na entrada com uma entrega.')
  })

  it('denies on a spoken no', async () => {
    await using gate = await startGate({
      hears: [[`Aqui é o Carlos, ${delivery}`], ['não autorizo']],
    })
    await using visitor = await ring(gate, 1)
    await using resident = await askedResident(gate, visitor.uuid)
    await resident.quiet(200)
    await resident.speak(speechOf('004-clean'))
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      by: 'speech',
      words: 'não autorizo',
    })
  })

  it('takes "pode" and then "não" in the moment after it for a no', async () => {
    await using gate = await startGate({
      hears: [[`Aqui é o Carlos, ${delivery}`], ['pode', 'não']],
    })
    await using visitor = await ring(gate, 1)
    await using resident = await askedResident(gate, visitor.uuid)
    await resident.quiet(200)
    await resident.speak(speechOf('000-clean'))
    await gate.event((e) => e.type === 'heard' && e.text === 'pode')
    await resident.speak(speechOf('001-clean'))
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'denied' })
  })

  it('does not take a yes that began before the question had ended, and asks again', async () => {
    await using gate = await startGate({
      hears: [[`Aqui é o Carlos, ${delivery}`], ['sim', 'sim']],
      wordMs: 150,
    })
    await using visitor = await ring(gate, 1)
    await gate.state(visitor.uuid, 'ringing')
    await using resident = await gate.resident(visitor.uuid)
    await resident.heard()
    await resident.speak(speechOf('000-clean'))
    await gate.event((e) => e.type === 'heard' && e.text === 'sim')
    await gate.said('resident', /sim ou não\?/)
    expect(gate.daemon.call(visitor.uuid)?.decision).toBeNull()
    await resident.quiet(300)
    await resident.speak(speechOf('000-clean'))
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'authorized' })
  })

  it('says who is at the door when asked, and denies after three answers that are none', async () => {
    await using gate = await startGate({
      hears: [[`Aqui é o Carlos, ${delivery}`], ['quem é?', 'alô', 'hum', 'alô']],
    })
    await using visitor = await ring(gate, 1)
    await using resident = await askedResident(gate, visitor.uuid)
    await resident.quiet(200)
    await resident.speak(speechOf('005-clean'))
    await gate.said('resident', /disse que se chama Carlos/)
    const answers = (): number => {
      const lines = gate.daemon.call(visitor.uuid)?.transcript ?? []
      return lines.filter(({ by }) => by === 'resident').length
    }
    for (let unclear = 0; unclear < 3; unclear++) {
      await gate.said('resident', /sim ou não\?/)
      await resident.quiet(300)
      const before = answers()
      // A machine that stalls tears a word in two: then it is said once more, before it counts as silence.
      while (answers() === before && !isOver(gate, visitor.uuid)) {
        await resident.speak(speechOf('000-clean'))
        await Promise.race([gate.event(() => answers() > before), pause(1_500)])
      }
    }
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      reason: 'unclear',
    })
  })

  it('never hears a yes in silence: the resident who says nothing is asked again, then denied', async () => {
    await using gate = await startGate({ hears: [[`Aqui é o Carlos, ${delivery}`], ['sim']] })
    await using visitor = await ring(gate, 1)
    await using resident = await askedResident(gate, visitor.uuid)
    await visitor.closed
    await resident.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      by: 'timeout',
    })
  })

  it('rings a known unit when the visitor does not say who they are', async () => {
    await using gate = await startGate({
      hears: [['apartamento 12 B'], []],
      directory: [{ apartment_number: '12B', residents: ['Ana'], voip_number: '1' }],
    })
    await using visitor = await ring(gate, 1)
    const call = await gate.state(visitor.uuid, 'ringing')
    expect(call.facts).toEqual({ apartment_number: '12', block: 'B' })
  })

  it('falls silent soon after the visitor speaks over it', async () => {
    // A greeting that takes half a minute.
    await using gate = await startGate({ hears: [[delivery], []], wordMs: 4_000 })
    await using visitor = await gate.visitor()
    await visitor.heard(0)
    const margin = 60
    const spoke = visitor.speak(speechOf('002-clean'))
    const onsetMs = performance.now() + margin
    await visitor.quiet(300)
    const last = visitor.frames.findLast((frame) => frame.audible)
    expect((last?.atMs ?? Infinity) - onsetMs).toBeLessThan(5_000)
    await spoke
  })
})
