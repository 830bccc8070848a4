import type { Rate } from '../audio/frames.ts'
import type { Language } from '../language.ts'
import type { Voice } from '../providers/text-to-speech.ts'
import type { Utterance } from './utterance.ts'

/** How a text is to be spoken. */
export type Speaking = {
  readonly rate: Rate
  readonly language: Language
  readonly voice?: Voice
  readonly signal: AbortSignal
}

/** Turns texts into samples at a leg's rate, and remembers them. */
export interface VoiceBox extends AsyncDisposable {
  /**
   * From memory at once when cached (complete before it returns); otherwise synthesised, resampled
   * chunk by chunk, and kept. Identical requests in flight share one synthesis, which is cancelled
   * only when all who asked have aborted.
   */
  speak(text: string, o: Speaking): Utterance
  /**
   * Synthesises what is not cached yet, two at a time. Texts that fail are logged and left out;
   * rejects only when `signal` aborts.
   */
  warm(texts: readonly string[], o: Speaking): Promise<void>
  readonly cached: { readonly entries: number; readonly bytes: number }
}
