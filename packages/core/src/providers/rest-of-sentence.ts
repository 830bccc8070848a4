/** What one character of speech takes in pt-BR, en and es at the usual speed. */
const usualUnitMs = 68
/** A word of which this much was heard was heard. */
const heardShare = 0.75
/**
 * Words are uneven, and a word that is heard twice confuses more than one that is missing: a voice is taken to have come
 * further than its pace tells, by so many characters and by this share.
 */
const furtherUnits = 2
const furtherShare = 0.05
/** Less sound than this is no word. */
const leastHeardMs = 60

/** How long a word takes to say, in characters: digits are spoken as words. */
function lengthOf(word: string): number {
  const digits = word.match(/\p{N}/gu)?.length ?? 0
  return word.length - marksIn(word) + 3 * digits
}

/** How long the pause behind a word is, in characters: a comma makes it longer. */
function pauseOf(word: string): number {
  return 1 + 2 * marksIn(word)
}

function marksIn(word: string): number {
  return word.match(/[,;:.!?]/gu)?.length ?? 0
}

function wordsOf(sentence: string): string[] {
  return sentence.split(/\s+/u).filter((word) => word !== '')
}

/** How fast voices speak, learnt from the sentences that they finish. */
export interface Pace {
  /** What `voice` has not said yet of `sentence` after `soundMs`; '' when nothing is left. */
  rest(voice: string, sentence: string, soundMs: number): string
  /** `voice` took `soundMs` for all of `sentence`. */
  learn(voice: string, sentence: string, soundMs: number): void
}

const mostVoices = 200

export function createPace(): Pace {
  const unitMs = new Map<string, number>()
  return {
    rest(voice, sentence, soundMs) {
      if (soundMs < leastHeardMs) return sentence
      const words = wordsOf(sentence)
      const perUnit = unitMs.get(voice) ?? usualUnitMs
      const heardMs = soundMs * (1 + furtherShare) + furtherUnits * perUnit
      let startMs = 0
      const next = words.findIndex((word) => {
        const lengthMs = lengthOf(word) * perUnit
        if (startMs + heardShare * lengthMs > heardMs) return true
        startMs += lengthMs + pauseOf(word) * perUnit
        return false
      })
      return next < 0 ? '' : words.slice(next).join(' ')
    },
    learn(voice, sentence, soundMs) {
      const words = wordsOf(sentence)
      // Behind the last word nothing sounds any more.
      const units = words.reduce((sum, word) => sum + lengthOf(word) + pauseOf(word), 0)
      const soundUnits = units - pauseOf(words.at(-1) ?? '')
      if (words.length === 0 || soundMs < leastHeardMs) return
      const before = unitMs.get(voice) ?? soundMs / soundUnits
      if (unitMs.size >= mostVoices && !unitMs.has(voice)) return
      unitMs.set(voice, 0.7 * before + 0.3 * (soundMs / soundUnits))
    },
  }
}
