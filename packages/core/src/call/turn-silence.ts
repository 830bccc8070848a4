import type { Language } from '../language.ts'
import { endingOf } from './ending-of.ts'
import type { KnownWords } from './turn-words.ts'

/** Enough after words that are complete: the pause within a sentence is rarely longer. */
const completeMs = 400
/** After words that plainly go on: their speaker thinks. */
const goesOnMs = 1_100
/** ... but never much longer than what was set. */
const longestFactor = 1.6

/**
 * How long a visitor must be silent for the turn to be over, by what is known of its words. Longer only where
 * `partials` come: without them, nobody would know when the rest was said.
 */
export function silenceAfter(
  words: KnownWords,
  o: { readonly usualMs: number; readonly language: Language; readonly partials: boolean },
): number {
  const { usualMs } = o
  const ending = endingOf(words.text, o.language)
  if (ending === 'goes-on' && o.partials) {
    return Math.max(usualMs, Math.min(goesOnMs, usualMs * longestFactor))
  }
  return words.settled && ending === 'complete' ? Math.min(usualMs, completeMs) : usualMs
}
