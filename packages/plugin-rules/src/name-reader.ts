import { endOfAny } from './phrase-book.ts'
import type { VisitWords } from './prepare-words.ts'
import { isMark, type VisitToken } from './visit-tokens.ts'

/** Where a name stands: tokens `start` to `end` (excluded). */
export type Span = { readonly start: number; readonly end: number }

/** Reads names at given places of a text; what else the words may be is known to the language. */
export interface NameReader {
  /** The name at `at`, or after the titles that stand there: "a dona Maria". */
  from(at: number): Span | null
  /** The name whose first word stands at `at`. */
  at(at: number): Span | null
  /** Written like a name, or after a title. */
  isMarked(at: number): boolean
  isCompany(at: number): boolean
  text(span: Span): string
}

const mostWords = 4

/** `used` are tokens that mean something else: a unit, a block. */
export function createNameReader(
  tokens: readonly VisitToken[],
  words: VisitWords,
  used: ReadonlySet<number>,
): NameReader {
  const { names } = words
  const companies = companyTokens(tokens, words)
  const isWord = (at: number): boolean => {
    const token = tokens[at]
    return token !== undefined && !used.has(at) && !companies.has(at) && mayBeName(token, words)
  }

  /** What follows must look like its first word; "da" goes on to a surname, not to a company. */
  function at(start: number): Span | null {
    if (!isWord(start)) return null
    const capital = isCapital(tokens[start])
    const goesOn = (next: number) => isWord(next) && (!capital || isCapital(tokens[next]))
    let end = start + 1
    for (let count = 1; count < mostWords; count++) {
      const after = particlesEnd(tokens, end, names.particles)
      const surname = tokens[after]?.plain ?? ''
      const maybeOrigin = after - end === 1 && names.origins.includes(tokens[end]?.plain ?? '')
      if (!goesOn(after) || (maybeOrigin && !names.afterParticle.includes(surname))) break
      end = after + 1
    }
    return { start, end }
  }

  function from(first: number): Span | null {
    let start = first
    for (let next = endOfAny(tokens, start, words.titles); next > 0;) {
      start = next
      next = endOfAny(tokens, start, words.titles)
    }
    return at(start) ?? (start === first ? null : at(first))
  }

  return {
    at,
    from,
    isMarked: (index) =>
      isCapital(tokens[index]) || names.titles.includes(tokens[index - 1]?.plain ?? ''),
    isCompany: (index) => companies.has(index),
    text: (span) => titleCase(tokens.slice(span.start, span.end), names.particles),
  }
}

/** "Para consertar": an infinitive without an article is no name, unless it is written like one. */
export function looksLikeVerb(
  token: VisitToken | undefined,
  { names }: Pick<VisitWords, 'names'>,
): boolean {
  if (token === undefined || isMark(token)) return true
  return (
    !isCapital(token) &&
    names.infinitives.some((ending) => token.plain.endsWith(ending)) &&
    !names.likeVerbs.includes(token.plain)
  )
}

function mayBeName(token: VisitToken, { names, notNames }: VisitWords): boolean {
  if (!/^\p{L}{2,}$/u.test(token.plain) || notNames.has(token.plain)) return false
  if (token.raw.endsWith("'s")) return false
  if (isCapital(token) || names.likeVerbs.includes(token.plain)) return true
  return !names.endings.some((ending) => token.plain.endsWith(ending))
}

function isCapital(token: VisitToken | undefined): boolean {
  return token !== undefined && /^\p{Lu}/u.test(token.raw)
}

function companyTokens(tokens: readonly VisitToken[], words: VisitWords): ReadonlySet<number> {
  const found = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    const end = endOfAny(tokens, at, words.companies)
    for (let each = at; each < end; each++) found.add(each)
  }
  return found
}

function particlesEnd(
  tokens: readonly VisitToken[],
  at: number,
  particles: readonly string[],
): number {
  let end = at
  while (particles.includes(tokens[end]?.plain ?? '')) end += 1
  return end
}

function titleCase(tokens: readonly VisitToken[], particles: readonly string[]): string {
  return tokens
    .map(({ raw, plain }) => {
      const lower = raw.toLowerCase()
      const small = particles.includes(plain)
      return small ? lower : lower.replace(/(?:^|(?<='))\p{L}/gu, (first) => first.toUpperCase())
    })
    .join(' ')
}
