import type { Limiter } from './limit-concurrency.ts'
import { likeSpeech, likeTts } from './tap.ts'
import type { TextToSpeech } from './text-to-speech.ts'

/** A few sentences are synthesised at a time (MAX_CONCURRENT_SYNTHESIS); the others wait for their turn. */
export function limitTts(tts: TextToSpeech, limiter: Limiter): TextToSpeech {
  return likeTts(tts, async (sentence, o) => {
    const release = await limiter.acquire(o.signal)
    // Whoever asked may never listen to what it asked for.
    o.signal.addEventListener('abort', release, { once: true })
    const done = (): void => {
      o.signal.removeEventListener('abort', release)
      release()
    }
    try {
      const speech = await tts.synthesize(sentence, o)
      return likeSpeech(speech, releasing(speech.audio, done))
    } catch (error) {
      done()
      throw error
    }
  })
}

async function* releasing<T>(parts: AsyncIterable<T>, done: () => void): AsyncGenerator<T> {
  try {
    yield* parts
  } finally {
    done()
  }
}
