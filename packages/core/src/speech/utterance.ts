import type { Rate } from '../audio/frames.ts'

/** What a player plays: samples that may still be arriving. */
export interface Utterance {
  readonly text: string
  readonly rate: Rate
  /** Samples so far, in order; grows until `complete`. Chunks are shared and must not be written to. */
  readonly chunks: readonly Int16Array[]
  /** Nothing more will come: the speech ended, or `failed` says why it did not. */
  readonly complete: boolean
  readonly failed: Error | null
  /** The provider that speaks, or spoke last; `cache`: it comes from memory. Null where nobody tells. */
  readonly by: string | null
  /** Calls back, synchronously, when chunks, complete or failed changed; returns the way to stop. */
  subscribe(listener: () => void): () => void
}
