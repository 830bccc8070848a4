import { cleanText, createGrowingSpeech, type GrowingSpeech } from '@portaria/core/plugin'

/**
 * What a model says, sentence by sentence, while it still comes: without marks of Markdown, without what it thinks
 * (`<think>`), and without sentences that are code.
 */
export function createModelSpeech(): GrowingSpeech {
  const thoughts = createThoughtFilter()
  const speech = createGrowingSpeech({ pieces: true })
  return {
    add: (piece) => spoken(speech.add(plainText(thoughts.add(piece)))),
    end: () => spoken([...speech.add(plainText(thoughts.end())), ...speech.end()]),
  }
}

function spoken(sentences: readonly string[]): string[] {
  return sentences.map(spokenOf).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
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
