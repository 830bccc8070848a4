/** What the worker is asked to say. Exactly one at a time. */
export type SpeakRequest = {
  readonly id: number
  /** A voice of eSpeak NG, such as `pt-br` or `pt-br+f3`. */
  readonly voice: string
  /** Spoken with instead when `voice` is unknown. */
  readonly fallbackVoice: string
  readonly wordsPerMinute: number
  /** 0 to 99; 50 is the voice's own. */
  readonly pitch: number
  /** Plain text, never markup; a short pause is made between two parts. */
  readonly parts: readonly string[]
}

export type WorkerMessage =
  /** 16-bit mono at `sampleRateHz`, about 100 ms. */
  | { readonly type: 'chunk'; readonly id: number; readonly samples: Int16Array }
  | { readonly type: 'done'; readonly id: number; readonly usedFallback: boolean }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

/** Shared with the worker: its one Int32 is the id of the last request that nobody wants any more. */
export type WorkerData = { readonly cancelled: SharedArrayBuffer }

/** What the engine speaks at. */
export const sampleRateHz = 22_050
