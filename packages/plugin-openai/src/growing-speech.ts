import { splitSentences } from '@portaria/core/plugin'
import { cleanText } from './clean-text.ts'

/** What a model says, sentence by sentence, while it still comes. */
export interface GrowingSpeech {
  /** The sentences that are whole now. */
  add(piece: string): string[]
  /** What is left. */
  end(): string[]
}

/** Nobody listens to more. */
const longestSpeech = 4_000

/**
 * Cuts text that comes in pieces into sentences for a voice: without marks of Markdown, without what a model thinks
 * (`<think>`), and without sentences that are code.
 */
export function createGrowingSpeech(): GrowingSpeech {
  const thoughts = createThoughtFilter()
  let text = ''
  let said = 0
  let room = longestSpeech

  function take(sentences: readonly string[]): string[] {
    const spoken = sentences.map(spokenOf).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
    return spoken.filter((sentence) => (room -= sentence.length + 1) >= 0)
  }

  return {
    add(piece) {
      text += plainText(thoughts.add(piece))
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
      const rest = text.slice(said) + plainText(thoughts.end())
      said = text.length
      return take(splitSentences(rest))
    },
  }
}

/** Whether a sentence surely ends here, whatever follows: not "Sr.", nor the "3." of "3.50". */
function isWhole(sentence: string): boolean {
  return /[^\d.…][.!?]$/u.test(sentence) && splitSentences(`${sentence} A`).length === 2
}

/** Line by line, without marks of Markdown and pictures, which would hide where a sentence ends. */
function plainText(text: string): string {
  const lines = text.split('\n').map(cleanText)
  return lines.join('\n').replace(/[*_#~]|\p{Extended_Pictographic}/gu, '')
}

/** '' for what no doorman says: a tool that was called in words, JSON, a tag, the fence of a block of code. */
function spokenOf(sentence: string): string {
  if (/[{}<>|\\[\]]|https?:|^`{3}\w*$/u.test(sentence)) return ''
  return sentence.replaceAll('`', '').replace(/\s+/gu, ' ').trim()
}

const opening = '<think>'
const closing = '</think>'

/** Reasoning models begin with their thoughts, where the server does not take them out. */
function createThoughtFilter() {
  let held = ''
  let state: 'beginning' | 'thinking' | 'speaking' = 'beginning'
  return {
    add(piece: string): string {
      if (state === 'speaking') return piece
      held += piece
      if (state === 'beginning') {
        const start = held.trimStart()
        if (opening.startsWith(start)) return ''
        state = start.startsWith(opening) ? 'thinking' : 'speaking'
      }
      if (state === 'thinking') {
        const end = held.indexOf(closing)
        if (end < 0) return ''
        held = held.slice(end + closing.length)
        state = 'speaking'
      }
      const text = held
      held = ''
      return text
    },
    /** Thoughts that never ended are not said. */
    end(): string {
      return state === 'beginning' ? held : ''
    },
  }
}
