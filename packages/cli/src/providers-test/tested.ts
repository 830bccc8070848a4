import type { FactsView } from '@portaria/core/status'

/** How a voice did: `first_byte_ms` to the first sound, `real_time_factor` the time that a second of speech takes. */
export type VoiceResult = {
  readonly said: string
  readonly first_byte_ms: number | null
  readonly total_ms: number
  readonly audio_ms: number
  readonly real_time_factor: number | null
}

/** How a recogniser did; see `HeardSound` for what the times are from. */
export type EarResult = {
  /** `voice`: spoken by a provider; `file`: a recording. `name` is which. */
  readonly sound: { readonly from: 'voice' | 'file'; readonly name: string }
  readonly text: string
  readonly confidence: number | null
  readonly open_ms: number
  readonly first_word_ms: number | null
  readonly final_ms: number | null
  readonly after_turn_ms: number
  readonly total_ms: number
  readonly audio_ms: number
}

/** How a dialogue did. */
export type MindResult = {
  readonly asked: string
  readonly text: string
  readonly facts: FactsView
  readonly ready: boolean
  readonly ending: 'hand-over' | 'hangup' | null
  readonly open_ms: number
  readonly first_word_ms: number | null
  readonly total_ms: number
}

type Results = { tts: VoiceResult; stt: EarResult; dialogue: MindResult }

export type TestedKind = keyof Results

/** One provider that was tried. `result` is null where it failed, `error` where it did not. */
export type Tested = {
  readonly [K in TestedKind]: {
    readonly kind: K
    readonly provider: string
    readonly ok: boolean
    /** Until the plugin had made it; null: it could not. */
    readonly start_ms: number | null
    readonly result: Results[K] | null
    readonly error: ProviderFailure | null
  }
}[TestedKind]

/** `retryable`: it may do better a moment later; otherwise somebody has to mend what the message names. */
export type ProviderFailure = { readonly message: string; readonly retryable: boolean }
