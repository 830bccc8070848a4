import type { Rate } from '../audio/frames.ts'

/** Recognises speech. Opened once per leg, so that a connection to the vendor is warm when a turn begins. */
export interface SpeechToText {
  readonly rates: readonly Rate[]
  readonly partials: boolean
  open(o: { rate: Rate; languages: readonly string[]; signal: AbortSignal }): Promise<Transcriber>
}

/** Push in, pull out. */
export interface Transcriber extends AsyncDisposable {
  /** Core's endpointer heard a turn begin; audio from 300 ms before the onset follows. */
  begin(turn: number, o: { hints: readonly string[]; expect: 'open' | 'yes-no' | 'unit' }): void
  /** s16le mono at the opened rate, about 100 ms; borrowed until return; never waits, drops when 2 s behind. */
  write(pcm: Uint8Array): void
  /** Core's endpointer decided that the turn is over. `final`s may still follow, then `done`. */
  end(turn: number): void
  /** The provider at work; core's wrappers tell. */
  readonly by?: string | undefined
  /** One consumer; throws ProviderError. */
  readonly heard: AsyncIterable<Heard>
}

export type Heard =
  | { type: 'partial' | 'final'; turn: number; text: string; confidence?: number }
  /** A hint to the endpointer. */
  | { type: 'end-of-speech'; turn: number }
  /** Nothing more of this turn. `error`: it counts as a failure, and the leg goes on. */
  | { type: 'done'; turn: number; error?: unknown }
