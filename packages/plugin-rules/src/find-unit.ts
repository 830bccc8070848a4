import { isDenied } from './is-denied.ts'
import { endOfAny } from './phrase-book.ts'
import type { VisitWords } from './prepare-words.ts'
import { spokenNumbers, type SpokenNumber } from './spoken-numbers.ts'
import { isMark, type VisitToken } from './visit-tokens.ts'
import type { UnitWords } from './visit-words.ts'

export type FoundUnit = {
  readonly unit: string | null
  readonly block: string | null
  /** A unit was denied ("não é 501") and no other was told. */
  readonly unitWithdrawn: boolean
  /** The tokens that these facts were read from: no name is looked for in them. */
  readonly used: ReadonlySet<number>
}

type Candidate = {
  readonly number: SpokenNumber
  readonly digits: string
  /** 3 after "apartamento", 2 after "pro", 1 on its own, 0 no unit. */
  readonly strength: number
  /** First token of what names it. */
  readonly from: number
  readonly denied: boolean
}

type FoundBlock = { readonly block: string; readonly start: number; readonly end: number }

const longestUnit = 4
/** How many words before a number may say that it is a plate, a phone, an order. */
const labelReach = 4

/** The unit and the block that a visitor names. */
export function findUnit(tokens: readonly VisitToken[], words: VisitWords): FoundUnit {
  const numbers = spokenNumbers(tokens, words.numbers)
  const blocks = findBlocks(tokens, numbers, words)
  const candidates = numbers
    .map((number) => afterBlock(number, blocks))
    .filter((number) => number.parts.length > 0)
    .map((number, index, all) =>
      candidateOf(tokens, { number, words, floor: all[index - 1]?.end ?? 0 }),
    )
    .filter(({ strength }) => strength > 0)
  const told = candidates.filter(({ denied }) => !denied)
  const chosen = choose(tokens, told, words)
  const letter = chosen === null ? null : letterAfter(tokens, chosen.number.end, words)
  const named =
    blocks.findLast(
      ({ start }, index) => !isDenied(tokens, start, { floor: blocks[index - 1]?.end ?? 0, words }),
    ) ?? null
  const used = [
    ...candidates.flatMap(({ from, number }) => range(from, number.end)),
    ...blocks.flatMap(({ start, end }) => range(start, end)),
  ]
  return {
    unit: chosen?.digits ?? null,
    block: named?.block ?? letter,
    unitWithdrawn: told.length === 0 && candidates.length > 0,
    used: new Set(letter === null ? used : [...used, chosen?.number.end ?? -1]),
  }
}

/** The block in a text that answers a question for it, so that a lone letter or number is one. */
export function findBareBlock(tokens: readonly VisitToken[], words: VisitWords): string | null {
  const { block, unit } = findUnit(tokens, words)
  if (block !== null || (unit !== null && unit.length > 2)) return block
  const [number] = spokenNumbers(tokens, words.numbers)
  if (number !== undefined) return number.parts.join('')
  const last = tokens.findLast((token) => !isMark(token))
  const first = tokens.find((token) => !isMark(token))
  return blockName(last, words.unit) ?? blockName(first, words.unit)
}

function findBlocks(
  tokens: readonly VisitToken[],
  numbers: readonly SpokenNumber[],
  words: VisitWords,
): readonly FoundBlock[] {
  return tokens.flatMap(({ plain }, start) => {
    if (!words.unit.blocks.includes(plain)) return []
    let at = start + 1
    while (isOnlyLink(tokens, at, words.unit)) at += 1
    const number = numbers.find((one) => one.start === at)
    const digits = number?.parts[0]
    if (digits !== undefined && digits.length <= 2) return [{ block: digits, start, end: at + 1 }]
    const block = blockName(tokens[at], words.unit)
    return block === null ? [] : [{ block, start, end: at + 1 }]
  })
}

/** "Bloco é o B": neither the "é" nor the "o" is the block; but in "bloco A, 12" the "A" is. */
function isOnlyLink(tokens: readonly VisitToken[], at: number, words: UnitWords): boolean {
  const [token, next] = [tokens[at], tokens[at + 1]]
  if (token === undefined || !words.between.includes(token.plain)) return false
  const copula = token.plain === 'e' && (token.raw !== 'e' || isLetter(next))
  const article = token.plain === 'o' || next?.plain === 'o'
  return !isLetter(token) || copula || (article && !isMark(next))
}

function blockName(token: VisitToken | undefined, words: UnitWords): string | null {
  if (token === undefined || isMark(token)) return null
  if (isLetter(token)) return token.plain.toUpperCase()
  const { letters } = words
  if (Object.hasOwn(letters, token.plain)) return letters[token.plain] ?? null
  if (!words.towers.includes(token.plain)) return null
  return `${token.plain.charAt(0).toUpperCase()}${token.plain.slice(1)}`
}

function isLetter(token: VisitToken | undefined): boolean {
  return /^[a-z]$/iu.test(token?.raw ?? '')
}

/** A number without the part that named the block: "bloco dois quinhentos e um". */
function afterBlock(number: SpokenNumber, blocks: readonly FoundBlock[]): SpokenNumber {
  const taken = blocks.some(({ start, end }) => start < number.start && end > number.start)
  return taken ? { ...number, parts: number.parts.slice(1) } : number
}

function candidateOf(
  tokens: readonly VisitToken[],
  o: { number: SpokenNumber; words: VisitWords; floor: number },
): Candidate {
  const { number, words, floor } = o
  const { unit } = words
  const digits = number.parts.join('')
  let from = number.start
  while (unit.between.includes(tokens[from - 1]?.plain ?? '')) from -= 1
  const before = tokens[from - 1]?.plain ?? ''
  const keyword = unit.keywords.includes(before)
  if (keyword) from -= 1
  const pointer = tokens[number.start - 1]?.plain ?? ''
  const points = unit.pointers.includes(pointer) || unit.pointers.includes(before)
  const excluded =
    digits.length > longestUnit ||
    isSomethingElse(tokens, number, { keyword, unit, halves: words.numbers.halves })
  const bare = digits.length > 1 || standsAlone(tokens, number, from)
  const strength = excluded ? 0 : keyword ? 3 : number.article ? 0 : points ? 2 : bare ? 1 : 0
  return { number, digits, strength, from, denied: isDenied(tokens, from, { floor, words }) }
}

/** A time, a phone number, a count: "às 10", "5 minutos", "pedido 4521". */
function isSomethingElse(
  tokens: readonly VisitToken[],
  number: SpokenNumber,
  o: { keyword: boolean; unit: UnitWords; halves: readonly string[] },
): boolean {
  if (!o.keyword && o.unit.notAfter.includes(tokens[number.end]?.plain ?? '')) return true
  if (o.halves.includes(tokens[number.end + 1]?.plain ?? '')) return true
  if (o.keyword) return false
  const { between, pointers, labels, notBefore } = o.unit
  let at = number.start - 1
  while (between.includes(tokens[at]?.plain ?? '') || pointers.includes(tokens[at]?.plain ?? '')) {
    at -= 1
  }
  const before = [tokens[number.start - 1]?.plain ?? '', tokens[at]?.plain ?? '']
  if (before.some((word) => notBefore.includes(word) || labels.includes(word))) return true
  const near = tokens.slice(Math.max(0, number.start - labelReach), number.start)
  return at === number.start - 1 && near.some(({ plain }) => labels.includes(plain))
}

function standsAlone(tokens: readonly VisitToken[], number: SpokenNumber, from: number): boolean {
  return isMark(tokens[from - 1]) && isMark(tokens[number.end])
}

/** The best named one; a later one where it corrects an earlier one, or is named as well. None of "501 ou 502". */
function choose(
  tokens: readonly VisitToken[],
  told: readonly Candidate[],
  words: VisitWords,
): Candidate | null {
  let best: Candidate | null = null
  for (const candidate of told) {
    if (best !== null && isAlternative(tokens, range(best.number.end, candidate.from), words)) {
      return null
    }
    const better = best === null || candidate.strength >= best.strength
    if (better || corrects(tokens, best, { candidate, words })) best = candidate
  }
  return best
}

function isAlternative(
  tokens: readonly VisitToken[],
  between: readonly number[],
  { unit }: VisitWords,
): boolean {
  const linking = between
    .map((at) => tokens[at]?.plain ?? '')
    .filter((word) => !unit.pointers.includes(word))
  return linking.length === 1 && unit.alternatives.includes(linking[0] ?? '')
}

function corrects(
  tokens: readonly VisitToken[],
  before: Candidate | null,
  o: { candidate: Candidate; words: VisitWords },
): boolean {
  if (before === null) return true
  const between = range(before.number.end, o.candidate.from)
  return between.some((at) => endOfAny(tokens, at, o.words.corrections) > 0)
}

/** "12 B": a letter after the unit's number, unless it is a word of its own ("45 e meia"). */
function letterAfter(tokens: readonly VisitToken[], at: number, words: VisitWords): string | null {
  const token = tokens[at]
  const ends = isMark(tokens[at + 1])
  if (isLetter(token)) {
    const word = ['a', 'e', 'o', 'i', 'y', 'u', 'h', 'n'].includes(token?.plain ?? '')
    const shouted = tokens.every(({ raw }) => raw === raw.toUpperCase())
    const upper = token?.raw !== token?.plain && (ends || !shouted)
    return (!word || upper || (ends && token?.plain === 'a')) &&
      (upper || ends || (token?.plain ?? 'z') < 'n')
      ? (token?.plain.toUpperCase() ?? null)
      : null
  }
  const { letters } = words.unit
  const spelled = token !== undefined && ends && Object.hasOwn(letters, token.plain)
  return spelled ? (letters[token.plain] ?? null) : null
}

function range(start: number, end: number): readonly number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index)
}
