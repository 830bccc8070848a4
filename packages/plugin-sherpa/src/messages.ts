import type { ModelFiles } from './models/model-files.ts'

/** What a child is started for. It loads one model and keeps it until it ends. */
export type EngineConfig = {
  readonly model: ModelFiles
  /** Of onnxruntime. */
  readonly threads: number
  /** Silero's model, for recognisers that hear whole turns: without speech in it nothing is recognised. */
  readonly vad: string | null
  readonly hotwords: readonly string[]
  readonly hotwordsScore: number
  /** What a voice of many languages speaks, such as pt. */
  readonly language: string
}

/** To the child. A turn is named by its leg and its number. Sound is s16le mono at `sampleRateHz`. */
export type Request =
  | { readonly type: 'load'; readonly config: EngineConfig }
  | { readonly type: 'ping' }
  | ({ readonly type: 'begin' } & TurnId & TurnOptions)
  | ({ readonly type: 'audio'; readonly pcm: Uint8Array } & TurnId)
  | ({ readonly type: 'end' } & TurnId)
  /** Nobody waits for the turn any more. */
  | ({ readonly type: 'drop' } & TurnId)
  | ({ readonly type: 'speak'; readonly id: number } & SpeakOptions)
  | { readonly type: 'hush'; readonly id: number }

export type TurnId = { readonly leg: number; readonly turn: number }
export type TurnOptions = { readonly hints: readonly string[]; readonly language: string }
export type SpeakOptions = {
  readonly text: string
  /** Number of a voice inside the model. */
  readonly speaker: number
  readonly speed: number
}

/** From the child. */
export type Report =
  | { readonly type: 'ready'; readonly speakers: number; readonly rate: number }
  /** It cannot load, and another try would fail as well: the child ends. */
  | { readonly type: 'unfit'; readonly message: string }
  | { readonly type: 'pong' }
  | ({ readonly type: 'heard'; readonly part: HeardPart } & TurnId)
  /** So many bytes of the turn's sound are worked off. */
  | ({ readonly type: 'taken'; readonly bytes: number } & TurnId)
  | ({ readonly type: 'turn-failed'; readonly message: string } & TurnId)
  | { readonly type: 'sound'; readonly id: number; readonly pcm: Uint8Array }
  | { readonly type: 'spoken'; readonly id: number }
  | { readonly type: 'speech-failed'; readonly id: number; readonly message: string }

export type HeardPart =
  | { readonly type: 'partial' | 'final'; readonly text: string }
  | { readonly type: 'end-of-speech' }
  | { readonly type: 'done' }

/** What recognisers get; core resamples. */
export const sampleRateHz = 16_000
