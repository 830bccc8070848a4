import {
  type Conversation,
  type Dialogue,
  ProviderError,
  type Reply,
  type SpeechToText,
  type TextToSpeech,
} from '@portaria/core/plugin'
import {
  createDelayedDialogue,
  createDelayedStt,
  createDelayedVoice,
  type Fault,
} from '@portaria/test-kit/delayed-providers'
import { createScriptedStt } from '@portaria/test-kit/scripted-stt'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { readTone, toneSentence, wordsIn } from '@portaria/test-kit/word-tones'
import { describe, expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate, type Gate } from '../support/start-gate.ts'

const askUnit = 'Qual é o número do apartamento?'

function dialogueWith(reply: Conversation['reply']): Dialogue {
  const conversation: Conversation = { reply, [Symbol.asyncDispose]: () => Promise.resolve() }
  return { speculative: true, open: () => Promise.resolve(conversation) }
}

function hearing(fault: Fault | null, lines = ['apartamento 501']): SpeechToText {
  const rest = [...lines]
  return createDelayedStt({
    name: 'fakes',
    nextLine: () => rest.shift() ?? '',
    finalAfterMs: 0,
    faults: () => fault,
  })
}

/** Says its line for each turn, whatever the visitor says. */
function talking(line: string, fault: Fault | null = null): Dialogue {
  const reply = (): readonly Reply[] => [{ type: 'say', text: line }]
  return createDelayedDialogue({
    ...{ name: 'fakes', firstTokenMs: 0, speculative: false, reply },
    faults: () => fault,
  })
}

async function spokenTo(gate: Gate, sound = '002-clean') {
  const visitor = await gate.visitor()
  await gate.said('visitor', /posso ajudar/)
  await visitor.quiet(200)
  await visitor.speak(speechOf(sound))
  return visitor
}

/** Counts from 1. */
async function nthTurn(gate: Gate, uuid: string, nth: number) {
  await gate.event((e) => e.type === 'turn' && e.turn.turn === nth)
  return gate.daemon.call(uuid)?.turns[nth - 1]
}

function firstTurn(gate: Gate, uuid: string) {
  return nthTurn(gate, uuid, 1)
}

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

/** Promise 23. */
describe.concurrent('a dialogue that fails', { timeout: 90_000 }, () => {
  it.each([401, 429, 500])('(%d) is replaced in the same turn by the next', async (status) => {
    let asked = 0
    const refusing = dialogueWith(() => {
      asked += 1
      const retryable = status !== 401
      throw new ProviderError('fakes', `the server answered ${status}`, { retryable })
    })
    await using gate = await startGate({
      hears: [['oi', 'oi']],
      providers: { dialogue: refusing },
      behind: { dialogue: talking(askUnit) },
    })
    await using visitor = await spokenTo(gate)
    const turn = await firstTurn(gate, visitor.uuid)
    expect(turn).toMatchObject({ providers: { dialogue: 'others' }, fallbacks: ['dialogue'] })
    expect(asked).toBe(1)
  })

  it('in the middle of a reply is replaced, so that the visitor is asked something', async () => {
    const breaking = dialogueWith(async function* () {
      yield { type: 'say', text: 'Um momento.' }
      await new Promise((resolve) => void setImmediate(resolve))
      throw new ProviderError('fakes', 'the connection broke', { retryable: true })
    })
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: breaking },
      behind: { dialogue: talking(askUnit) },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    await firstTurn(gate, visitor.uuid)
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said?.slice(-2)).toEqual(['Um momento.', askUnit])
  })

  it('by saying nothing has the question asked again', async () => {
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: dialogueWith(() => repliesOf()) },
    })
    await using visitor = await spokenTo(gate)
    const turn = await firstTurn(gate, visitor.uuid)
    expect(turn?.audible_ms).not.toBeNull()
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said?.filter((text) => /posso ajudar/.test(text))).toHaveLength(2)
  })

  it('with an endless reply is heard for a while, and can be interrupted', async () => {
    const endless = dialogueWith(async function* (_, { signal }) {
      for (;;) {
        yield { type: 'say', text: 'Sim.' }
        await new Promise((resolve) => void setImmediate(resolve))
        if (signal.aborted) return
      }
    })
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: endless },
      call: { maxSeconds: 60 },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    await gate.said('visitor', /^Sim\.$/)
    await visitor.press('0#')
    await visitor.heard()
    expect(gate.daemon.call(visitor.uuid)?.turns[0]).toMatchObject({ barge_in: true })
  })

  it('with nobody behind it leaves the keypad, and after that a human', async () => {
    await using gate = await startGate({
      hears: [['oi', 'oi', 'oi', 'oi']],
      providers: { dialogue: talking(askUnit, 'error') },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    for (let turn = 0; turn < 2; turn++) {
      await visitor.heard()
      await visitor.quiet(300)
      await visitor.speak(speechOf('000-clean'))
    }
    await visitor.closed
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({ end_reason: 'handed-over' })
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
  })
})

/** Promise 24. */
describe.concurrent('a voice that fails', { timeout: 90_000 }, () => {
  it('in the middle of a sentence is replaced, and no word is heard twice', async () => {
    const sentence = toneSentence(12)
    const frames: (string | null)[] = []
    const dying = breakingOffIn(sentence, 1_500)
    await using gate = await startGate({
      hears: [['oi']],
      providers: { tts: dying, dialogue: talking(sentence) },
      behind: { tts: createDelayedVoice({ name: 'others', firstByteMs: 0, characterMs: 60 }) },
    })
    await using visitor = await gate.visitor({
      onFrame: (pcm) => void frames.push(readTone(pcm, 8_000)),
    })
    await gate.said('visitor', /posso ajudar/)
    await visitor.quiet(200)
    await visitor.speak(speechOf('000-clean'))
    await firstTurn(gate, visitor.uuid)
    const heard = wordsIn(frames).map(({ word }) => word)
    expect([...new Set(heard)]).toEqual(heard)
    // Where the first one broke off is reckoned from its pace: a word or two may be lost there.
    const words = sentence.toLowerCase().replace('.', '').split(' ')
    expect(words.filter((word) => heard.includes(word))).toEqual(heard)
    expect(heard.length).toBeGreaterThanOrEqual(words.length - 2)
  })

  it('by sending near-silence is replaced before anything is heard', async () => {
    await using gate = await startGate({
      hears: [['oi']],
      providers: { tts: createToneVoice({ amplitude: 20 }), dialogue: talking(askUnit) },
      behind: { tts: createToneVoice() },
    })
    await using visitor = await spokenTo(gate, '000-clean')
    const turn = await firstTurn(gate, visitor.uuid)
    expect(turn).toMatchObject({ providers: { tts: 'others' }, fallbacks: ['tts'] })
    expect(visitor.frames.some(({ audible }) => audible)).toBe(true)
  })
})

describe.concurrent('a call that ends early', { timeout: 90_000 }, () => {
  it('keeps the trace of a reply that the visitor did not hear to its end', async () => {
    await using gate = await startGate({
      hears: [['oi']],
      providers: { dialogue: talking('Um dois três quatro cinco seis sete oito nove dez.') },
      wordMs: 400,
    })
    await using visitor = await spokenTo(gate, '000-clean')
    await visitor.heard()
    visitor.hangup()
    const { turns } = await gate.state(visitor.uuid, 'ended')
    expect(turns).toMatchObject([{ input: 'said', barge_in: false }])
    expect(turns[0]?.audible_ms).not.toBeNull()
  })

  it('a greeting that asks is not followed by the same question', async () => {
    await using gate = await startGate({
      hears: [['oi']],
      condominiums: { 1: { greeting: 'Condomínio Apoena, em que posso ajudar?' } },
    })
    await using visitor = await gate.visitor()
    await gate.state(visitor.uuid, 'collecting')
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said).toEqual(['Condomínio Apoena, em que posso ajudar?'])
  })
})

/** Promise 25. */
describe.concurrent('when every provider is down', { timeout: 90_000 }, () => {
  it('the visitor hears the cached apology at once, and Asterisk is told to ring a human', async () => {
    const known = createToneVoice()
    let isDown = false
    const tts: TextToSpeech = {
      ...known,
      synthesize: (sentence, o) =>
        isDown
          ? Promise.reject(new ProviderError('fakes', 'down', { retryable: true }))
          : known.synthesize(sentence, o),
    }
    await using gate = await startGate({
      providers: { stt: hearing('error'), dialogue: talking(askUnit, 'error'), tts },
    })
    await using visitor = await gate.visitor()
    await gate.said('visitor', /posso ajudar/)
    isDown = true
    await visitor.press('501#')
    const [turn] = [await firstTurn(gate, visitor.uuid)]
    await gate.said('visitor', /Desculpe, tive um problema. Vou passar você/)
    await visitor.closed
    expect(turn).toBeDefined()
    expect(await gate.state(visitor.uuid, 'ended')).toMatchObject({ end_reason: 'handed-over' })
    const again = await gate.visitor({ uuid: visitor.uuid })
    expect(await again.closed).toMatchObject({ by: 'server-reset' })
  })
})

async function* repliesOf(...replies: Reply[]): AsyncGenerator<Reply> {
  yield* replies
}

/** A voice that breaks off in one sentence. */
function breakingOffIn(sentence: string, afterMs: number): TextToSpeech {
  const voice = (faults: () => Fault | null): TextToSpeech =>
    createDelayedVoice({
      ...{ name: 'fakes', firstByteMs: 0, characterMs: 60 },
      ...{ faults, faultAtMs: () => afterMs },
    })
  return {
    cacheId: 'fakes',
    synthesize: (text, o) => voice(() => (text === sentence ? 'drop' : null)).synthesize(text, o),
  }
}
