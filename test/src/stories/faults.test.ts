import type { Conversation, Dialogue, Reply, SpeechToText } from '@portaria/core/plugin'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate, type Gate } from '../support/start-gate.ts'

function dialogueOf(reply: Conversation['reply']): Dialogue {
  const conversation: Conversation = { reply, [Symbol.asyncDispose]: () => never() }
  return { speculative: true, open: () => Promise.resolve(conversation) }
}

/** What a provider that hangs gives. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}

async function* repliesOf(...replies: Reply[]): AsyncIterable<Reply> {
  yield* replies
}

async function deciding(gate: Gate) {
  const visitor = await gate.visitor()
  await visitor.heard(0)
  await visitor.press('501#')
  await gate.state(visitor.uuid, 'ringing')
  const resident = await gate.resident(visitor.uuid)
  return { visitor, resident }
}

describe.concurrent('when something fails', { timeout: 90_000 }, () => {
  it('a key other than 1 and 2 at pickup does not keep the resident from being asked', async () => {
    await using gate = await startGate()
    const { visitor, resident } = await deciding(gate)
    await resident.press('3')
    await gate.said('resident', /Digite 1 para autorizar/)
    await resident.press('1')
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).toBe('authorized')
  })

  it('a question that could not be spoken is answered by nobody: denied', async () => {
    const voice = createToneVoice({ failOn: /Autoriza a entrada|na entrada|portaria\.$/ })
    await using gate = await startGate({
      hears: [['apartamento 501'], ['sim']],
      providers: { tts: voice },
    })
    const { visitor, resident } = await deciding(gate)
    await resident.speak(speechOf('000-clean')).catch(() => undefined)
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'denied' })
  })

  it('a yes of a leg that an operator has just ended does not count', async () => {
    await using gate = await startGate({ hears: [[], ['sim']] })
    const { visitor, resident } = await deciding(gate)
    await gate.said('resident', /sim ou não/)
    await resident.quiet(200)
    await resident.speak(speechOf('000-clean'))
    await gate.event((e) => e.type === 'heard' && e.text === 'sim')
    expect(gate.daemon.hangup(visitor.uuid, 'resident')).toBe('ok')
    await visitor.closed
    expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
      outcome: 'denied',
      by: 'hangup',
    })
  })

  it('a visitor who is handed over while a resident listens is reset at once when asked again', async () => {
    await using gate = await startGate({ wordMs: 200 })
    const { visitor, resident } = await deciding(gate)
    await resident.heard()
    await visitor.press('0#')
    await visitor.closed
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
    await resident.closed
    expect((await gate.state(visitor.uuid, 'ended')).end_reason).toBe('handed-over')
  })

  it('a dialogue that hangs and ignores its signal leaves the keypad, after a filler', async () => {
    const dialogue = dialogueOf(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => never<IteratorResult<Reply>>() }),
    }))
    await using gate = await startGate({ providers: { dialogue } })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.said('visitor', /^Um instante/)
    await gate.state(visitor.uuid, 'ringing')
    await gate.event((e) => e.type === 'turn')
    const [turn] = gate.daemon.call(visitor.uuid)?.turns ?? []
    expect(turn).toMatchObject({
      input: 'digits',
      providers: { dialogue: 'keypad' },
      fallbacks: ['dialogue'],
    })
    expect(turn?.fillers).toBeGreaterThan(0)
  })

  it('a dialogue that never opens does not hold the greeting back, nor outlive the visitor', async () => {
    const dialogue: Dialogue = { speculative: true, open: () => never() }
    await using gate = await startGate({ providers: { dialogue } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /Digite o número/)
    visitor.hangup()
    expect((await gate.state(visitor.uuid, 'ended')).end_reason).toBe('abandoned')
  })

  it('an empty reply repeats the question, and a goodbye of the dialogue is spoken', async () => {
    let turn = 0
    const dialogue = dialogueOf(() =>
      turn++ === 0
        ? repliesOf()
        : repliesOf({ type: 'say', text: 'De nada, tchau.' }, { type: 'hangup' }),
    )
    await using gate = await startGate({ providers: { dialogue } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /Digite o número/)
    await visitor.press('5#')
    await visitor.heard()
    await visitor.quiet(300)
    await visitor.press('5#')
    await visitor.closed
    const call = await gate.state(visitor.uuid, 'ended')
    const asked = call.transcript.filter((line) => /Digite o número/.test(line.text))
    expect(asked).toHaveLength(2)
    expect(call).toMatchObject({ end_reason: 'goodbye', decision: null })
    expect(call.transcript.at(-1)?.text).toBe('De nada, tchau.')
  })

  it('without any voice the call goes to a human instead of dying in silence', async () => {
    await using gate = await startGate({ providers: { tts: createToneVoice({ failOn: /./ }) } })
    await using visitor = await gate.visitor()
    await visitor.closed
    await gate.state(visitor.uuid, 'ended')
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
  })

  it('a recogniser that throws costs the leg its ears, not the call', async () => {
    const stt: SpeechToText = {
      rates: [8000],
      partials: false,
      open: () =>
        Promise.resolve({
          begin() {
            throw new Error('no')
          },
          write() {},
          end() {},
          heard: { [Symbol.asyncIterator]: () => ({ next: () => never() }) },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
    }
    await using gate = await startGate({ hears: [], providers: { stt } })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    await visitor.speak(speechOf('002-clean'))
    await gate.said('visitor', /não consigo ouvir você/)
    await visitor.press('501#')
    const call = await gate.state(visitor.uuid, 'ringing')
    expect(call.facts).toEqual({ apartment_number: '501' })
  })

  it('a visitor of whom nothing is understood is offered the keypad', async () => {
    await using gate = await startGate({ hears: [[]] })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    for (let turn = 0; turn < 3; turn++) {
      await visitor.quiet(100)
      await visitor.speak(speechOf('000-clean'))
      await visitor.heard()
      await visitor.quiet(300)
    }
    await gate.said('visitor', /Digite o número do apartamento/)
    expect(gate.daemon.call(visitor.uuid)?.state).toBe('collecting')
  })

  it('a daemon that stops still lets both hear a decision that was made', async () => {
    await using gate = await startGate({ call: { drainSeconds: 0 } })
    const { visitor, resident } = await deciding(gate)
    await resident.heard()
    await resident.press('1')
    await gate.event((e) => e.type === 'decision')
    await gate.daemon.drain()
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
    const told = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(told).toContain('Entrada autorizada. Pode entrar.')
  })

  it('a call at its limit is ended with words, and says so on record', async () => {
    await using gate = await startGate({ call: { maxSeconds: 1 } })
    await using visitor = await gate.visitor()
    await visitor.closed
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({ end_reason: 'too-long' })
  })

  it('a resident who answers while the visitor is being told no hears that it is over', async () => {
    await using gate = await startGate({ call: { ringSeconds: 0.2 }, wordMs: 200 })
    await using visitor = await gate.visitor()
    await visitor.press('501#')
    await gate.state(visitor.uuid, 'finishing')
    await using late = await gate.resident(visitor.uuid)
    await late.heard(0)
    expect(await late.closed).toMatchObject({ by: 'server-hangup' })
    expect(gate.daemon.call(visitor.uuid)?.decision?.outcome).toBe('denied')
  })
})
