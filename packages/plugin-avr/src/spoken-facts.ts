import { createDepthMeter } from '@portaria/core/plugin'

/** What a model said: words to be spoken, and the JSON objects that stood between them. */
export type Parted = { readonly speech: string; readonly records: Record<string, unknown>[] }

/** Parts words from JSON in a text that comes in pieces: an object is never spoken, whatever it holds. */
export interface SpokenFacts {
  push(piece: string): Parted
  /** What is left; an object that never ended is dropped. */
  end(): Parted
}

/** A record is a few hundred characters; one that is longer is not kept, and not spoken either. */
const longestRecord = 4_000
/** The marks that models put around JSON. */
const fences = /`{3}(?:json)?\s*/giu

export function createSpokenFacts(): SpokenFacts {
  const depthAfter = createDepthMeter()
  let record = ''
  let depth = 0
  /** Backticks, and what may follow them, wait until it is clear that they are a fence. */
  let held = ''

  function take(): Record<string, unknown>[] {
    const text = record
    record = ''
    try {
      return [JSON.parse(text) as Record<string, unknown>]
    } catch {
      // Braces that are no JSON: not for anybody's ears either.
      return []
    }
  }

  return {
    push(piece) {
      let speech = ''
      const records: Record<string, unknown>[] = []
      for (const char of piece) {
        if (depth === 0 && char !== '{') {
          speech += char
          continue
        }
        if (record.length <= longestRecord) record += char
        depth = depthAfter(char)
        if (depth === 0) records.push(...take())
      }
      const words = held + speech
      held = /`{1,3}$|`{3}j(?:s(?:on?)?)?$/iu.exec(words)?.[0] ?? ''
      return { speech: words.slice(0, words.length - held.length).replace(fences, ''), records }
    },
    end() {
      const speech = held.replace(fences, '')
      held = ''
      return { speech, records: [] }
    },
  }
}
