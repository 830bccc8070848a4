import { splitSentences } from './sentences.ts'

/** What an answer says, sentence by sentence, while it still arrives. */
export interface GrowingSpeech {
  /**
   * The sentences that are whole now. A text is the next piece, or, as some servers stream, everything so far: one that
   * begins with all that came before adds only what is new. With `pieces` it is always the next piece.
   */
  add(text: string): string[]
  /** What is left. */
  end(): string[]
}

/** Nobody listens to more. */
const longestSpeech = 4_000
/** A shorter piece may well come twice: "não, não". */
const shortestRepeat = 8

/** `pieces`: no text repeats what came before, however short it is; as from a language model, word by word. */
export function createGrowingSpeech(o: { pieces?: boolean } = {}): GrowingSpeech {
  let text = ''
  let said = 0
  let cumulative = false

  function join(piece: string): string {
    if (o.pieces === true) return text + piece
    const before = text.trimEnd()
    const repeats = before !== '' && piece.startsWith(before)
    if (repeats && (piece.length > before.length || before.length >= shortestRepeat)) {
      cumulative = true
      return piece.length > text.length ? piece : text
    }
    // Sentences that come one by one come without the space between them.
    const glued = /[.!?…]$/u.test(text) && /^[\p{Lu}¿¡]/u.test(piece)
    if (!cumulative) return text + (glued ? ' ' : '') + piece
    // What was said cannot be unsaid, and is not said again.
    return piece.startsWith(text.slice(0, said)) ? piece : text
  }

  function take(sentences: readonly string[]): string[] {
    return sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
  }

  return {
    add(piece) {
      text = join(piece).slice(0, longestSpeech)
      const rest = text.slice(said)
      if (!/[.!?…\n]/u.test(rest)) return []
      const sentences = splitSentences(rest)
      const last = sentences.at(-1) ?? ''
      const end = rest.trimEnd()
      if (isWhole(last)) {
        said += end.length
        return take(sentences)
      }
      if (sentences.length < 2 || !end.endsWith(last)) return []
      said += end.length - last.length
      return take(sentences.slice(0, -1))
    },
    end() {
      const rest = text.slice(said)
      said = text.length
      return take(splitSentences(rest))
    },
  }
}

/** Whether a sentence surely ends here, whatever follows: not "Sr.", nor the "3." of "3.50". */
function isWhole(sentence: string): boolean {
  return /[^\d.…][.!?]$/u.test(sentence) && splitSentences(`${sentence} A`).length === 2
}
