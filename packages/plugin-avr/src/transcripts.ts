import { cleanLine } from '@portaria/core/plugin'
import { passingFailure } from './failures.ts'

/** What a container wrote, as words of a turn. */
export type Words = { readonly type: 'partial' | 'final'; readonly text: string }

/**
 * The words in what a container writes: bare text without marks, in one of three manners. A chunk is what was written
 * at once.
 */
export interface Transcripts {
  /** Throws a ProviderError where the container says that it failed. */
  add(chunk: string): Words[]
  /** The turn is over: what was not final yet. What comes from now on is of the next turn. */
  endTurn(): Words[]
}

export type ManyMode = 'final' | 'cumulative' | 'lines'

/** No phrase, and no visit, is longer. */
const longestLine = 4_000
const longestCall = 100_000
/** No network parts a smaller chunk (RFC 791: 576 bytes less headers). */
const wholeChunk = 500

export function createTranscripts(mode: ManyMode): Transcripts {
  switch (mode) {
    case 'final':
      return { add: (chunk) => finals([chunk]), endTurn: () => [] }
    case 'lines':
      return createLines()
    case 'cumulative':
      return createCumulative()
  }
}

function finals(texts: readonly string[]): Words[] {
  return texts
    .map((each) => cleanLine(each, longestLine))
    .filter((text) => text !== '' && !isNoWords(text))
    .map((text) => ({ type: 'final', text }))
}

/** What the container for Gemini says where it heard nothing. */
export function isNoWords(text: string): boolean {
  return /^\[no transcription\]$/iu.test(text)
}

/** One phrase a line; a line in brackets is an error, as are those of the bridge's voice detector. */
function createLines(): Transcripts {
  let open = ''
  return {
    add(chunk) {
      const lines = (open + chunk).split('\n')
      open = (lines.pop() ?? '').slice(0, longestLine)
      const words = finals(lines)
      if (words.some(({ text }) => /^\[.*\]$|^VAD \w+ Error:/u.test(text))) {
        throw passingFailure(
          'the bridge (asr-to-stt) could not have a phrase transcribed: its log says why',
        )
      }
      return words
    },
    endTurn: () => [],
  }
}

/** Everything since the call began, each time anew: what an earlier turn had is left out. */
function createCumulative(): Transcripts {
  let whole = ''
  let lastChunk = 0
  let had = ''

  function ownWords(): string {
    const rest = whole.startsWith(had)
      ? whole.slice(had.length)
      : // Rewritten from the beginning: so many words were of earlier turns.
        whole.split(/\s+/u).slice(had.split(/\s+/u).filter(Boolean).length).join(' ')
    return cleanLine(rest, longestLine)
  }

  return {
    add(chunk) {
      const begins = whole.slice(0, 20)
      const goesOn = lastChunk >= wholeChunk && !chunk.startsWith(begins)
      whole = (goesOn ? whole + chunk : chunk).slice(0, longestCall)
      lastChunk = chunk.length
      const text = ownWords()
      return text === '' ? [] : [{ type: 'partial', text }]
    },
    endTurn() {
      const text = ownWords()
      had = whole
      return text === '' ? [] : [{ type: 'final', text }]
    },
  }
}
