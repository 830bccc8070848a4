import type { Named } from '@portaria/core/providers/fall-back'
import { createLimiter } from '@portaria/core/providers/limit-concurrency'
import { limitStt } from '@portaria/core/providers/limit-stt'
import { limitTts } from '@portaria/core/providers/limit-tts'
import { createBreaker, withBreaker } from '@portaria/core/providers/with-breaker'
import { withDialogueFallback } from '@portaria/core/providers/with-dialogue-fallback'
import { withMetrics } from '@portaria/core/providers/with-metrics'
import { withSttFallback } from '@portaria/core/providers/with-stt-fallback'
import { withTimeout } from '@portaria/core/providers/with-timeout'
import { withTranscriptWatch } from '@portaria/core/providers/with-transcript-watch'
import { withTtsFallback } from '@portaria/core/providers/with-tts-fallback'
import type { Dialogue, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import { describe, it } from 'vitest'
import { dialogueConformance } from '../../src/conformance/dialogue.ts'
import { sttConformance } from '../../src/conformance/stt.ts'
import { ttsConformance } from '../../src/conformance/tts.ts'
import { createScriptedStt } from '../../src/scripted-stt.ts'
import { createToneVoice } from '../../src/tone-voice.ts'

const silently = { onFallback() {}, onBusy() {}, onUse() {} }
const limits = { name: 'test', openMs: 9_000, firstMs: 9_000, nextMs: 9_000, totalMs: 9_000 }
const named = <P>(...providers: P[]): Named<P>[] =>
  providers.map((provider, n) => ({ name: `p${n}`, provider }))
const breaker = () => createBreaker({ name: 'test' })

describe('a voice with everything around it keeps the contract of a voice', () => {
  const wrap = (tts: TextToSpeech): TextToSpeech =>
    withBreaker(
      'tts',
      withMetrics('tts', withTimeout('tts', tts, limits), { ...silently, name: 'test' }),
      breaker(),
    )
  const make = (): TextToSpeech => {
    const list = named(wrap(createToneVoice({ failOn: /Condomínio/u })), wrap(createToneVoice()))
    return limitTts(withTtsFallback(list, silently), createLimiter({ name: 'test', max: 2 }))
  }
  it.each(ttsConformance({ make }))('$title', ({ run }) => run())
})

describe('a recogniser with everything around it keeps the contract of a recogniser', () => {
  const name = 'test'
  const wrap = (stt: SpeechToText): SpeechToText => {
    const watched = withTranscriptWatch(stt, { name, another: true })
    const timed = withTimeout('stt', watched, { name, openMs: 9_000, finalMs: 9_000 })
    return withBreaker('stt', withMetrics('stt', timed, { ...silently, name }), breaker())
  }
  const script = { legs: [Array.from({ length: 9 }, (_, n) => `turno ${n}`)] }
  const make = (): SpeechToText => {
    const list = named(wrap(createScriptedStt(script)), wrap(createScriptedStt(script)))
    const limiter = createLimiter({ name: 'test', max: 2 })
    return limitStt(withSttFallback(list, silently), limiter, silently)
  }
  it.each(sttConformance({ make }))('$title', ({ run }) => run())
})

describe('a dialogue with everything around it keeps the contract of a dialogue', () => {
  const echo: Dialogue = {
    speculative: true,
    open: () =>
      Promise.resolve({
        async *reply(turn, { signal }) {
          signal.throwIfAborted()
          yield { type: 'say', text: `Entendi: ${turn.type}.` }
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  }
  const wrap = (dialogue: Dialogue): Dialogue =>
    withBreaker(
      'dialogue',
      withMetrics('dialogue', withTimeout('dialogue', dialogue, limits), {
        ...silently,
        name: 'test',
      }),
      breaker(),
    )
  const make = (): Dialogue => withDialogueFallback(named(wrap(echo), wrap(echo)), silently)
  it.each(dialogueConformance({ make, repeatable: true }))('$title', ({ run }) => run())
})
