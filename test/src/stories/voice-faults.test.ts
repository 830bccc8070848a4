import { ProviderError, type TextToSpeech } from '@portaria/core/plugin'
import { createDelayedVoice, type Fault } from '@portaria/test-kit/delayed-providers'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { readTone, toneSentence, wordsIn } from '@portaria/test-kit/word-tones'
import { describe, expect, it } from 'vitest'
import { askUnit, firstTurn, hearing, spokenTo, talking } from '../support/failing-providers.ts'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

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
