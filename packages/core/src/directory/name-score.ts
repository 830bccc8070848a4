import { partial_ratio, ratio, token_sort_ratio } from 'fuzzball'

/** A person's name prepared for comparison: lower case, without accents, titles and punctuation. */
export type Name = {
  readonly text: string
  readonly words: readonly string[]
  /**
   * How often each letter occurs (by the low five bits of its code): a cheap bound of every score.
   */
  readonly letters: Uint8Array
}

/** A match, as in the system that Portaria replaces. */
export const enough = 75

const titles = new Set(
  'sr sra srta seu dona senhor senhora senhorita dr dra doutor doutora mr mrs ms miss don senor senora senorita o a os as el la the'.split(
    ' ',
  ),
)
const particles = new Set('da de do das dos e del di y van von'.split(' '))

const raw = { full_process: false } as const

/**
 * Prepares a name; null when nothing in the text can be one. Long texts are cut at 80 characters.
 */
export function nameOf(text: string): Name | null {
  const words = text
    .slice(0, 80)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
  while (words[0] !== undefined && titles.has(words[0])) words.shift()
  const own = words.filter((word) => !particles.has(word))
  if (own.length === 0 || own.every((word) => word.length < 2)) return null
  const joined = words.join(' ')
  const letters = new Uint8Array(32)
  for (let at = 0; at < joined.length; at += 1) {
    const bucket = joined.charCodeAt(at) & 31
    letters[bucket] = (letters[bucket] ?? 0) + 1
  }
  return { text: joined, words, letters }
}

/** Each ratio finds at most the letters that both have, over the length of the shorter. */
function couldMatch(a: Name, b: Name): boolean {
  let common = 0
  for (let bucket = 0; bucket < 32; bucket += 1) {
    common += Math.min(a.letters[bucket] ?? 0, b.letters[bucket] ?? 0)
  }
  return common * 100 >= (enough - 1) * Math.min(a.text.length, b.text.length)
}

/** Both say the same words, in whatever order. */
export function sameName(a: Name, b: Name): boolean {
  return a.words.toSorted().join(' ') === b.words.toSorted().join(' ')
}

/**
 * How alike two names are, 0 to 100: the best of full, partial and token-sort ratio. The partial
 * ratio finds three letters nearly anywhere ("Ana" in "Mariana"), so shorter names count as a part
 * only when they are a word.
 */
export function nameScore(a: Name, b: Name): number {
  if (!couldMatch(a, b)) return 0
  const [shorter, longer] = a.text.length <= b.text.length ? [a, b] : [b, a]
  if (shorter.words.length === 1 && longer.words.includes(shorter.text)) return 100
  if (shorter.text.length < 3) return 0
  if (shorter.text.length > 3 && longer.text.includes(shorter.text)) return 100
  const whole = Math.max(ratio(a.text, b.text, raw), token_sort_ratio(a.text, b.text, raw))
  return shorter.text.length < 4 ? whole : Math.max(whole, partial_ratio(a.text, b.text, raw))
}
