import type { NumberWords } from './visit-words.ts'
import type { VisitToken } from './visit-tokens.ts'

/** A number of the text: tokens `start` to `end` (excluded), read as `parts` side by side. */
export type SpokenNumber = {
  readonly start: number
  readonly end: number
  readonly parts: readonly string[]
  /** One word that is more often an article: "um". */
  readonly article: boolean
}

type Word = {
  readonly kind: 'numeral' | 'digit' | 'teen' | 'tens' | 'hundreds' | 'multiplier'
  readonly value: number
  readonly text: string
}

type Compound = { readonly value: number; readonly used: number }

/**
 * The numbers of a text, each run of digits and number words read as one: "quinhentos e um" is 501,
 * "cinco zero um" too, "twenty-one oh four" is 2104. What makes no compound is put side by side, as
 * people read out the number on a door.
 */
export function spokenNumbers(
  tokens: readonly VisitToken[],
  words: NumberWords,
): readonly SpokenNumber[] {
  const numbers: SpokenNumber[] = []
  let at = 0
  while (at < tokens.length) {
    const number = numberFrom(tokens, at, words)
    if (number !== null) numbers.push(number)
    at = number?.end ?? at + 1
  }
  return numbers
}

function numberFrom(
  tokens: readonly VisitToken[],
  start: number,
  words: NumberWords,
): SpokenNumber | null {
  const run: Word[] = []
  let end = start
  for (let next = wordsAt(tokens, end, words); next !== null;) {
    run.push(...next.words)
    end = next.end
    if (isLinked(tokens, end, { before: next.words[0], words })) end += 1
    next = wordsAt(tokens, end, words)
  }
  const article = run.length === 1 && words.articles.includes(tokens[start]?.plain ?? '')
  return run.length === 0 ? null : { start, end, parts: partsOf(run), article }
}

/** The number word at `at`, as often as it is said: "double five" is two fives. */
function wordsAt(
  tokens: readonly VisitToken[],
  at: number,
  words: NumberWords,
): { readonly words: readonly Word[]; readonly end: number } | null {
  const repeat = tokens[at]?.plain ?? ''
  const times = Object.hasOwn(words.repeats, repeat) ? words.repeats[repeat] : undefined
  const end = times === undefined ? at + 1 : at + 2
  const word = wordAt(tokens, end - 1, words)
  if (word === null || (times !== undefined && !isDigit(word))) return null
  return { words: Array.from({ length: times ?? 1 }, () => word), end }
}

/** Whether the token at `at` holds two number words together: "e" in a compound, "," in "5, 0, 1". */
function isLinked(
  tokens: readonly VisitToken[],
  at: number,
  { before, words }: { before: Word | undefined; words: NumberWords },
): boolean {
  const between = tokens[at]?.plain
  const after = wordAt(tokens, at + 1, words)
  if (before === undefined || after === null || between === undefined) return false
  if (words.halves.includes(tokens[at + 1]?.plain ?? '')) return between === ',' && isDigit(before)
  if (between === ',') return isDigit(before) && isDigit(after)
  if (!words.joiners.includes(between)) return false
  const larger = ['tens', 'hundreds', 'multiplier'].includes(before.kind)
  return larger && after.value > 0 && after.value < before.value
}

function isDigit(word: Word): boolean {
  return word.kind === 'digit' || (word.kind === 'numeral' && word.text.length === 1)
}

function wordAt(tokens: readonly VisitToken[], at: number, words: NumberWords): Word | null {
  const text = tokens[at]?.plain ?? ''
  if (/^\d+$/u.test(text)) return { kind: 'numeral', value: Number(text), text }
  const kinds = [
    ['digit', words.digits],
    ['teen', words.teens],
    ['tens', words.tens],
    ['hundreds', words.hundreds],
    ['multiplier', words.multipliers],
  ] as const
  for (const [kind, known] of kinds) {
    const value = Object.hasOwn(known, text) ? known[text] : undefined
    if (value !== undefined) return { kind, value, text: String(value) }
  }
  return null
}

function partsOf(run: readonly Word[]): readonly string[] {
  const parts: string[] = []
  for (let at = 0; at < run.length;) {
    const word = run[at]
    const { value, used } = compound(run, at)
    parts.push(word?.kind === 'numeral' ? word.text : String(value))
    at += Math.max(1, used)
  }
  return parts
}

/** Thousands, then what is below: "mil duzentos e três". */
function compound(run: readonly Word[], at: number): Compound {
  const times = isThousand(run[at]) ? { value: 1, used: 0 } : belowThousand(run, at)
  const next = run[at + times.used]
  if (!isThousand(next) || times.value < 1 || times.value > 9) return times
  return plus({ value: times.value * 1000, used: times.used + 1 }, run, at, belowThousand)
}

function isThousand(word: Word | undefined): boolean {
  return word?.kind === 'multiplier' && word.value === 1000
}

/** Hundreds, as a word or multiplied ("five hundred", "twelve hundred"), then what is below. */
function belowThousand(run: readonly Word[], at: number): Compound {
  const first = run[at]
  if (first?.kind === 'hundreds')
    return plus({ value: first.value, used: 1 }, run, at, belowHundred)
  const times = first?.kind === 'multiplier' ? { value: 1, used: 0 } : belowHundred(run, at)
  const next = run[at + times.used]
  if (next?.kind !== 'multiplier' || next.value !== 100 || times.value < 1) return times
  return plus({ value: times.value * 100, used: times.used + 1 }, run, at, belowHundred)
}

function belowHundred(run: readonly Word[], at: number): Compound {
  const first = run[at]
  const next = run[at + 1]
  const compounds = first?.kind === 'tens' && next?.kind === 'digit' && next.value > 0
  if (compounds) return { value: first.value + next.value, used: 2 }
  const counts = first?.kind === 'digit' || first?.kind === 'teen' || first?.kind === 'tens'
  return counts ? { value: first.value, used: 1 } : { value: 0, used: 0 }
}

function plus(
  high: Compound,
  run: readonly Word[],
  at: number,
  read: (run: readonly Word[], at: number) => Compound,
): Compound {
  const low = read(run, at + high.used)
  const fits = low.value > 0 && low.value < 1000
  return fits ? { value: high.value + low.value, used: high.used + low.used } : high
}
