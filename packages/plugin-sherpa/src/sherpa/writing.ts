import { readFileSync } from 'node:fs'

/** How a model writes words: some know only capitals, some only small letters. */
export type Writing = {
  asTheModelWrites(words: string): string
  /** Capitals that mean nothing become small letters. */
  asPeopleWrite(words: string): string
}

/** `tokens` is the model's tokens.txt: a token and its number a line. */
export function createWriting(tokens: string): Writing {
  const known = readFileSync(tokens, 'utf8')
    .split('\n')
    .map((line) => line.split(/\s+/u)[0] ?? '')
    .filter((token) => !/^<.*>$/u.test(token))
    .join('')
  const capitals = /\p{Lu}/u.test(known)
  const small = /\p{Ll}/u.test(known)
  return {
    asTheModelWrites(words) {
      if (capitals && !small) return words.toUpperCase()
      return small && !capitals ? words.toLowerCase() : words
    },
    asPeopleWrite: (words) => (capitals && !small ? words.toLowerCase() : words).trim(),
  }
}
