import { type Clock, monotonic } from '@portaria/core/clock'
import { cutText } from '@portaria/core/speech/cut-text'
import { clipOf, growUtterance, whenComplete } from '@portaria/core/speech/growing-utterance'
import { splitSentences } from '@portaria/core/speech/sentences'
import type { Speaking, VoiceBox } from '@portaria/core/speech/voice-box'

/** Longer sentences are cut between words: no voice is asked for half an hour at once. */
const longestPiece = 500

/** What a voice made of a text: mono, 16 bit, at the rate that was asked for. */
export type SpokenText = {
  readonly samples: Int16Array
  /** From the request to the first sound; null: there was none. */
  readonly firstMs: number | null
  readonly totalMs: number
}

function piecesOf(text: string): string[] {
  return splitSentences(text).flatMap((sentence) => {
    const pieces: string[] = []
    for (let rest = sentence; rest !== '';) {
      const piece = cutText(rest, longestPiece)
      pieces.push(piece)
      rest = rest.slice(piece.length).trimStart()
    }
    return pieces
  })
}

/** Has a text spoken as a call has it: sentence by sentence. Throws what the voice fails with, or the signal's reason. */
export async function speakText(
  box: VoiceBox,
  text: string,
  o: Speaking & { readonly clock?: Clock },
): Promise<SpokenText> {
  const { clock = monotonic } = o
  const startedMs = clock()
  let firstMs: number | null = null
  const whole = growUtterance(text, o.rate)
  for (const piece of piecesOf(text)) {
    const utterance = box.speak(piece, o)
    const stop = utterance.subscribe(() => {
      if (utterance.chunks.length > 0) firstMs ??= clock() - startedMs
    })
    try {
      await whenComplete(utterance, o.signal)
    } finally {
      stop()
    }
    if (utterance.failed !== null) throw utterance.failed
    for (const chunk of utterance.chunks) whole.push(chunk)
  }
  return { samples: clipOf(whole).samples, firstMs, totalMs: clock() - startedMs }
}
