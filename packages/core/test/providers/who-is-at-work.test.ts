import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log.ts'
import { noFacts } from '../../src/providers/dialogue.ts'
import { createComposer } from '../../src/plugins/compose-providers.ts'
import { createVoiceBox } from '../../src/speech/voice-box.ts'
import { whenComplete } from '../../src/speech/growing-utterance.ts'
import {
  asking,
  callInfo,
  fakeDialogue,
  fakeRecogniser,
  fakeVoice,
  outage,
  repliesOf,
  replying,
  saying,
} from './fake-providers.ts'

const named = <P>(...providers: P[]) =>
  providers.map((provider, n) => ({ name: `p${n}`, provider }))

/** All wrappers at once, as a daemon composes them. */
function compose() {
  const limits = { transcriptions: 2, synthesis: 2 }
  return createComposer({ limits, log: silentLog })
}

describe('who is at work', () => {
  it('is told by a recogniser, also after another took its place', async () => {
    const first = fakeRecogniser()
    const stt = compose().compose('stt', named(first, fakeRecogniser()))
    const { signal } = new AbortController()
    const leg = await stt?.open({ rate: 8_000, languages: [], signal })
    expect(leg?.by).toBe('p0')
    first.legs[0]?.fail(outage())
    await expect.poll(() => leg?.by, { timeout: 12_000 }).toBe('p1')
    await leg?.[Symbol.asyncDispose]()
  })

  it('is told by a single provider, too', async () => {
    const stt = compose().compose('stt', named(fakeRecogniser()))
    const { signal } = new AbortController()
    const leg = await stt?.open({ rate: 8_000, languages: [], signal })
    expect(leg?.by).toBe('p0')
    await leg?.[Symbol.asyncDispose]()
    const speech = await compose().compose('tts', named(fakeVoice()))?.synthesize('oi', asking())
    expect(speech?.by).toBe('p0')
  })

  it('is told by speech, also when another says its end', async () => {
    const tts = compose().compose('tts', named(fakeVoice({ diesAfter: 9 }), fakeVoice()))
    const speech = await tts?.synthesize('bom dia, senhor João da Silva', asking())
    expect(speech?.by).toBe('p0')
    for await (const _ of speech?.audio ?? []) continue
    expect(speech?.by).toBe('p1')
  })

  it('is told by an utterance: the voice, then memory', async () => {
    const tts = compose().compose('tts', named(fakeVoice({ fails: outage }), fakeVoice()))
    if (tts === null) throw new Error('no voice')
    await using box = createVoiceBox({ tts: { ...tts, cacheId: 'a' }, log: silentLog })
    const { signal } = new AbortController()
    const alone = createVoiceBox({ tts: fakeVoice(), log: silentLog })
    const spoken = box.speak('bom dia', { rate: 8_000, language: 'pt-BR', signal })
    expect(spoken.by).toBeNull()
    await whenComplete(spoken, signal)
    expect(spoken.by).toBe('p1')
    const nameless = alone.speak('bom dia', { rate: 8_000, language: 'pt-BR', signal })
    await whenComplete(nameless, signal)
    expect(nameless.by).toBeNull()
    expect(alone.speak('bom dia', { rate: 8_000, language: 'pt-BR', signal }).by).toBe('cache')
    await alone[Symbol.asyncDispose]()
  })

  it('is told by a conversation, also after another took its place', async () => {
    const bad = fakeDialogue(() => replying(outage()))
    const good = fakeDialogue(() => replying({ type: 'say', text: 'Pois não?' }))
    const dialogue = compose().compose('dialogue', named(bad, good))
    const { signal } = new AbortController()
    const talk = await dialogue?.open(callInfo, { history: [], facts: noFacts, signal })
    expect(talk?.by).toBe('p0')
    if (talk === undefined) return
    await repliesOf(talk.reply(saying('oi'), { signal }))
    expect(talk.by).toBe('p1')
  })
})
