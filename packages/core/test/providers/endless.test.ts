import { describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../src/log.ts'
import { noFacts } from '../../src/providers/dialogue.ts'
import type { TextToSpeech } from '../../src/providers/text-to-speech.ts'
import { withTimeout } from '../../src/providers/with-timeout.ts'
import { withTtsFallback } from '../../src/providers/with-tts-fallback.ts'
import { createVoiceBox } from '../../src/speech/voice-box.ts'
import { callInfo, fakeDialogue, fakeVoice, lengthOf, letterMs, saying } from './fake-providers.ts'

const limits = { name: 'first', firstMs: 60_000, nextMs: 60_000, totalMs: 60_000 }

/** Sends `chunk` for ever, without a pause in which anybody else could do anything. */
function endlessVoice(chunk: Uint8Array): TextToSpeech & { readonly stopped: boolean } {
  let stopped = false
  async function* audio(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield chunk
    } finally {
      stopped = true
    }
  }
  return {
    cacheId: 'endless',
    synthesize: () => Promise.resolve({ rate: 8_000, audio: audio() }),
    get stopped() {
      return stopped
    },
  }
}

function withSecond(voice: TextToSpeech): TextToSpeech {
  const second = fakeVoice({ name: 'second' })
  const named = [withTimeout('tts', voice, limits), second].map((provider, n) => ({
    name: `voice${n}`,
    provider,
  }))
  return withTtsFallback(named, { onFallback: () => undefined })
}

describe('a provider that never ends and never pauses', () => {
  it('of silence is replaced by the next voice', async () => {
    const voice = endlessVoice(new Uint8Array(1_600))
    const { signal } = new AbortController()
    const asked = { rate: 8_000 as const, language: 'pt-BR', voice: {}, signal }
    const speech = await withSecond(voice).synthesize('aaaa', asked)
    expect(await lengthOf(speech)).toBe(4 * letterMs)
    expect(voice.stopped).toBe(true)
  })

  it.each([
    ['empty chunks', new Uint8Array(0)],
    ['sound', new Uint8Array(new Int16Array(800).fill(5_000).buffer)],
  ])('of %s is given up by the voice box, and others have their turn', async (_, chunk) => {
    const voice = endlessVoice(chunk)
    const tts = withTimeout('tts', voice, limits)
    await using box = createVoiceBox({ tts, limits: { stallMs: 50 }, log: silentLog })
    const { signal } = new AbortController()
    const utterance = box.speak('aaaa', { rate: 8_000, language: 'pt-BR', signal })
    await new Promise<void>((resolve) => {
      utterance.subscribe(() => utterance.complete && resolve())
    })
    expect(utterance.failed?.message).toMatch(/sent (nothing for 50 ms|more than 60 s)/)
    await vi.waitFor(() => expect(voice.stopped).toBe(true), { timeout: 10_000 })
  })

  it('of replies lets timers fire', async () => {
    const endless = fakeDialogue(async function* () {
      for (;;) yield { type: 'facts', change: {}, ready: false }
    })
    const dialogue = withTimeout('dialogue', endless, { ...limits, openMs: 60_000 })
    const { signal } = new AbortController()
    const talk = await dialogue.open(callInfo, { history: [], facts: noFacts, signal })
    let fired = false
    setTimeout(() => (fired = true), 0)
    for await (const part of talk.reply(saying('oi', ''), { signal }))
      if (fired && part.type === 'facts') break
    expect(fired).toBe(true)
  })
})

it('a text of ten megabytes is cut to what can be spoken', async () => {
  await using box = createVoiceBox({ tts: fakeVoice(), log: silentLog })
  const { signal } = new AbortController()
  const utterance = box.speak('Sim! '.repeat(2_000_000), {
    ...{ rate: 8_000 as const, language: 'pt-BR' as const, signal },
  })
  expect(utterance.text.length).toBeLessThanOrEqual(2_000)
  expect(utterance.text.length).toBeGreaterThan(1_900)
})
