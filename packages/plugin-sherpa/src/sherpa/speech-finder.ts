import { sampleRateHz } from '../messages.ts'
import type { Sherpa } from './load-sherpa.ts'

/** Samples that the model looks at together. */
const window = 512
/** Tells all of test/audio apart; at 0.4 a horn in the street is speech. */
const threshold = 0.5
/** Kept before and after speech, so that no word is cut. */
const marginMs = 200

/** Silero: finds what is speech in a turn, in noise too. */
export type SpeechFinder = {
  /** From the first to the last speech; nothing when there is none. */
  speechIn(samples: Float32Array): Float32Array
}

export function createSpeechFinder(sherpa: Sherpa, model: string, seconds: number): SpeechFinder {
  const sileroVad = {
    model,
    threshold,
    minSilenceDuration: 0.25,
    minSpeechDuration: 0.1,
    windowSize: window,
    maxSpeechDuration: seconds,
  }
  const vad = new sherpa.Vad(
    { sileroVad, sampleRate: sampleRateHz, numThreads: 1, debug: 0 },
    seconds,
  )
  return {
    speechIn(samples) {
      vad.reset()
      for (let at = 0; at < samples.length; at += window) {
        const block = new Float32Array(window)
        block.set(samples.subarray(at, at + window))
        vad.acceptWaveform(block)
      }
      vad.flush()
      let first = Infinity
      let last = 0
      while (!vad.isEmpty()) {
        const { start, samples: speech } = vad.front(false)
        first = Math.min(first, start)
        last = Math.max(last, start + speech.length)
        vad.pop()
      }
      if (last === 0) return new Float32Array(0)
      const margin = (sampleRateHz * marginMs) / 1000
      return samples.subarray(Math.max(0, first - margin), last + margin)
    },
  }
}
