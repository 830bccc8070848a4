import type { Rate } from '../audio/frames.ts'

/** Speaks one sentence at a time, at its own rate; core alone resamples, caches and paces. */
export interface TextToSpeech {
  /** Name, version and model: part of the cache key. */
  readonly cacheId: string
  synthesize(
    sentence: string,
    o: { rate: Rate; language: string; voice: Voice; signal: AbortSignal },
  ): Promise<Speech>
  /** Loads the language, so that the first sentence is not late. */
  warm?(o: { language: string; signal: AbortSignal }): Promise<void>
}

export type Voice = { name?: string; speed?: number; style?: string }

/**
 * `audio` is s16le mono in chunks of any size, at `rate` Hz. `keep`, asked when the audio has ended, says whether it may
 * be kept under the voice's `cacheId`; absent: it may.
 */
export type Speech = {
  readonly rate: number
  readonly audio: AsyncIterable<Uint8Array>
  readonly keep?: () => boolean
  /** The provider at work; core's wrappers tell. */
  readonly by?: string | undefined
}
