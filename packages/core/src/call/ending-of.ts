import type { Language } from '../language.ts'
import { endingWords } from './ending-words.ts'

/** Whether words sound finished. `unclear`: they may be. */
export type Ending = 'goes-on' | 'complete' | 'unclear'

/** Endings are a few words; what was said before them does not matter. */
const lastCharacters = 80
const letter = /^\p{L}$/u
const digit = /\p{Nd}/u

/** Judges by its last words whether the speaker of `text` means to go on. Case and punctuation do not matter. */
export function endingOf(text: string, language: Language): Ending {
  const { goOn, thinking, named, digits } = endingWords[language]
  const said = wordsOf(text)
  const last = said.at(-1)
  const before = said.at(-2) ?? ''
  if (last === undefined) return 'unclear'
  if (letter.test(last)) {
    if (named.includes(before) || digit.test(before)) return 'complete'
    // "dois A" and "cento e dois, a ..." sound the same.
    if (last !== 'e' && last !== 'y' && digits.includes(before)) return 'unclear'
  }
  if (goOn.some((ending) => endsWith(said, ending))) return 'goes-on'
  if (thinking.some((ending) => endsWith(said, ending))) return 'unclear'
  if (digits.includes(last) || /^\p{Nd}$/u.test(last)) return 'unclear'
  return 'complete'
}

function wordsOf(text: string): string[] {
  const tail = text.length > lastCharacters ? text.slice(-lastCharacters) : text
  return (
    tail
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? []
  )
}

function endsWith(said: readonly string[], ending: string): boolean {
  const words = ending.split(' ')
  return words.every((word, n) => said.at(n - words.length)?.replace('’', "'") === word)
}
