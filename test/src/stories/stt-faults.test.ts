import { createScriptedStt } from '@portaria/test-kit/scripted-stt'
import { describe, expect, it } from 'vitest'
import {
  askUnit,
  firstTurn,
  hearing,
  nthTurn,
  spokenTo,
  talking,
} from '../support/failing-providers.ts'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

/** Promise 22. */
describe.concurrent('a recogniser that fails', { timeout: 90_000 }, () => {
  for (const fault of ['hang', 'error', 'drop'] as const) {
    it(`(${fault}) is replaced by the next, which hears the same turn`, async () => {
      await using gate = await startGate({
        providers: { stt: hearing(fault), dialogue: talking(askUnit) },
        behind: { stt: createScriptedStt({ legs: [['apartamento 501']] }) },
      })
      await using visitor = await spokenTo(gate)
      await gate.event((e) => e.type === 'heard' && e.text === 'apartamento 501')
      const turn = await firstTurn(gate, visitor.uuid)
      expect(turn).toMatchObject({ providers: { stt: 'others' }, fallbacks: ['stt'] })
    })
  }

  it('with nobody behind it leaves a filler and then the keypad', async () => {
    await using gate = await startGate({ providers: { stt: hearing('hang') } })
    await using visitor = await spokenTo(gate)
    await gate.said('visitor', /^Um instante/)
    await gate.said('visitor', /jogo da velha/)
    await visitor.press('501#')
    const { turns } = await gate.state(visitor.uuid, 'ringing')
    expect(turns[0]).toMatchObject({ input: 'unheard', rescue: 'keypad' })
    expect(turns[0]?.fillers).toBeGreaterThan(0)
  })

  it('leaves nobody in the rain who only speaks: after a while a human takes over', async () => {
    await using gate = await startGate({ providers: { stt: hearing('error') } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await visitor.quiet(200)
    await visitor.speak(speechOf('002-clean'))
    await gate.said('visitor', /não consigo ouvir você.*digite zero/)
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({ end_reason: 'handed-over' })
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
  })

  it('that hears a voice but sends no words is replaced, too', async () => {
    const silent = createScriptedStt({ legs: [] })
    await using gate = await startGate({
      providers: { stt: silent, dialogue: talking(askUnit) },
      behind: { stt: createScriptedStt({ legs: [['apartamento 501']] }) },
    })
    await using visitor = await spokenTo(gate)
    await gate.said('visitor', /Qual é o número/)
    await visitor.quiet(300)
    await visitor.speak(speechOf('002-clean'))
    await gate.event((e) => e.type === 'heard' && e.text === 'apartamento 501')
    const turn = await nthTurn(gate, visitor.uuid, 2)
    expect(turn).toMatchObject({ providers: { stt: 'others' }, fallbacks: ['stt'] })
  })
})
