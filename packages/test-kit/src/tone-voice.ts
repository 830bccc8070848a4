import type { TextToSpeech } from '@portaria/core/plugin'

export type ToneVoiceOptions = {
  /** Milliseconds of sound for each word. Default 60. */
  wordMs?: number
  /** Peak of 32,767. Default 6,000, about -18 dBFS. */
  amplitude?: number
  /** Fails for sentences that match. */
  failOn?: RegExp
}

/** A voice without words: a warble as long as the sentence. Stories need the timing of speech, not its sense. */
export function createToneVoice(o: ToneVoiceOptions = {}): TextToSpeech {
  const { wordMs = 60, amplitude = 6_000 } = o
  return {
    cacheId: `tone-${wordMs}-${amplitude}`,
    synthesize(sentence, { rate, signal }) {
      if (signal.aborted) return Promise.reject(signal.reason)
      if (o.failOn?.test(sentence) === true) {
        return Promise.reject(new Error(`the tone voice was told to fail on "${sentence}"`))
      }
      const words = sentence.split(' ').filter((word) => word !== '').length
      const samples = new Int16Array(Math.round((rate * words * wordMs) / 1000))
      for (let i = 0; i < samples.length; i++) {
        const hertz = 300 + 200 * Math.sin((2 * Math.PI * 4 * i) / rate)
        samples[i] = amplitude * Math.sin((2 * Math.PI * hertz * i) / rate)
      }
      return Promise.resolve({ rate, audio: whole(new Uint8Array(samples.buffer)) })
    },
  }
}

async function* whole(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
