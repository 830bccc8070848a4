import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import { ProviderError } from '@portaria/core/errors'
import type { Heard, SpeechToText } from '@portaria/core/providers/speech-to-text'
import { describe, expect, it } from 'vitest'
import { hearSound, type HearOptions } from '../../src/probe/hear-sound.ts'

/** Noise in which the ear finds no speech. */
const sound = {
  rate: 8_000,
  samples: new Int16Array(4_000).map((_, n) => ((n * 7_919) % 4_001) - 2_000),
}

async function options(o: Partial<HearOptions> = {}): Promise<HearOptions> {
  return {
    sound,
    detector: await loadVoiceDetector(),
    silenceMs: 200,
    language: 'pt-BR',
    expect: 'open',
    signal: new AbortController().signal,
    ...o,
  }
}

/** A recogniser whose legs hear this. */
function sttThat(
  heard: (ended: Promise<void>) => AsyncIterable<Heard>,
): SpeechToText & { openLegs: () => number } {
  let legs = 0
  return {
    rates: [16_000],
    partials: false,
    open: () => {
      legs += 1
      const ended = Promise.withResolvers<void>()
      return Promise.resolve({
        begin() {},
        write() {},
        end: () => ended.resolve(),
        heard: heard(ended.promise),
        [Symbol.asyncDispose]() {
          legs -= 1
          return Promise.resolve()
        },
      })
    },
    openLegs: () => legs,
  }
}

describe('hearing a sound', () => {
  it('sends what holds no speech as one turn, at the pace of speech', async () => {
    const stt = sttThat(async function* (ended) {
      await ended
      yield { type: 'final', turn: 1, text: 'bom dia', confidence: 0.8 }
      yield { type: 'done', turn: 1 }
    })
    const heard = await hearSound(stt, await options())
    expect(heard).toMatchObject({ text: 'bom dia', confidence: 0.8 })
    expect(heard.totalMs).toBeGreaterThanOrEqual(650)
  })

  it('fails with what the recogniser fails with, and closes the leg', async () => {
    const error = new ProviderError('ears', 'no more credit')
    const stt = sttThat(async function* () {
      yield { type: 'partial', turn: 1, text: 'bo' }
      throw error
    })
    await expect(hearSound(stt, await options())).rejects.toBe(error)
    expect(stt.openLegs()).toBe(0)
  })

  it('says so when the recogniser just ends', async () => {
    const stt = sttThat(async function* () {})
    await expect(hearSound(stt, await options())).rejects.toThrow(/ended before/u)
    expect(stt.openLegs()).toBe(0)
  })

  it('ends with the reason of its signal, and closes the leg', async () => {
    const stop = new AbortController()
    const stt = sttThat(async function* () {
      stop.abort(new Error('enough'))
      await new Promise(() => undefined)
      yield { type: 'done', turn: 1 }
    })
    const hearing = hearSound(stt, await options({ signal: stop.signal }))
    await expect(hearing).rejects.toThrow('enough')
    expect(stt.openLegs()).toBe(0)
  })
})
