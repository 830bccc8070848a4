import { isDenied } from './is-denied.ts'
import { createNameReader, looksLikeVerb, type NameReader, type Span } from './name-reader.ts'
import { endOfAny, type PhraseBook, phrasesAt } from './phrase-book.ts'
import type { VisitWords } from './prepare-words.ts'
import { isMark, type VisitToken } from './visit-tokens.ts'

export type FoundNames = {
  readonly visitorName: string | null
  readonly residentName: string | null
}

type Search = {
  readonly tokens: readonly VisitToken[]
  readonly words: VisitWords
  readonly used: ReadonlySet<number>
  readonly reader: NameReader
}

/** Who came, and to whom: "sou o Carlos da Amazon, entrega para a dona Maria". */
export function findNames(
  tokens: readonly VisitToken[],
  words: VisitWords,
  used: ReadonlySet<number>,
): FoundNames {
  const search: Search = { tokens, words, used, reader: createNameReader(tokens, words, used) }
  const visitor = visitorIn(search)
  const resident = residentIn(search, visitor)
  const text = (span: Span | null) => (span === null ? null : search.reader.text(span))
  return { visitorName: text(visitor), residentName: text(resident) }
}

/** A bare name, as people answer "what is your name?": "João Pedro", "é o João". */
export function bareName(tokens: readonly VisitToken[], words: VisitWords): string | null {
  if (tokens.some(({ plain }) => words.negations.includes(plain))) return null
  const reader = createNameReader(tokens, words, new Set())
  for (let at = 0; at < tokens.length; at++) {
    const span = reader.from(at)
    if (span !== null) return reader.text(span)
  }
  return null
}

function visitorIn(search: Search): Span | null {
  const { words } = search
  return (
    nameAfter(search, words.visitor) ??
    openingName(search) ??
    nameBefore(search, (span) => endOfAny(search.tokens, span.end, words.afterVisitor) > 0) ??
    nameBefore(search, (span) => isFromCompany(search, span))
  )
}

function residentIn(search: Search, visitor: Span | null): Span | null {
  const { tokens, words } = search
  const other = (span: Span) => span.start !== visitor?.start
  return (
    nameAfter(search, words.resident, visitor) ??
    markedName(search, (span) => other(span) && livesThere(search, span)) ??
    nameBefore(search, (span) => other(span) && awaits(span))
  )

  function awaits(span: Span): boolean {
    return endOfAny(tokens, span.end, words.afterResident) > 0
  }
}

/** The first name after one of the phrases that is not denied, or what is said to be so instead. */
function nameAfter(search: Search, book: PhraseBook, other: Span | null = null): Span | null {
  const { tokens, words, reader } = search
  const denied = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    for (const { phrase, end } of phrasesAt(tokens, at, book)) {
      const span = looksLikeVerb(tokens[end], words) ? null : reader.from(end)
      if (span === null || span.start === other?.start || denied.has(span.start)) continue
      const refused = phrase.some((word) => words.negations.includes(word))
      if (!refused && !isDenied(tokens, at, { words, floor: 0 })) return span
      denied.add(span.start)
      const instead = nameInstead(search, span.end)
      if (instead !== null) return instead
    }
  }
  return null
}

/** "(Não é o Carlos), é o Marcos". */
function nameInstead({ tokens, words, reader }: Search, end: number): Span | null {
  const at = isMark(tokens[end]) ? end + 1 : end
  return words.names.copulas.includes(tokens[at]?.plain ?? '') ? reader.from(at + 1) : null
}

/** "Boa tarde, é o João"; but "é o Daniel do 501" names a resident. */
function openingName(search: Search): Span | null {
  const { tokens, words, reader } = search
  const opening = firstWord(search)
  for (const { end } of phrasesAt(tokens, opening, words.visitorFirst)) {
    const span = reader.from(end)
    if (span !== null && !livesThere(search, span)) return span
  }
  return null
}

/** A name that begins what is said, or a part of it, and goes on as `fits` tells. */
function nameBefore(search: Search, fits: (span: Span) => boolean): Span | null {
  const { tokens, reader } = search
  const opening = firstWord(search)
  for (let at = 0; at < tokens.length; at++) {
    const begins = at === opening || isMark(tokens[at - 1]) || reader.isMarked(at)
    const span = begins ? reader.at(at) : null
    if (span === null) continue
    if (fits(span)) return span
    at = span.end - 1
  }
  return null
}

function markedName(search: Search, fits: (span: Span) => boolean): Span | null {
  return nameBefore(search, (span) => search.reader.isMarked(span.start) && fits(span))
}

/** "Carlos da Amazon". */
function isFromCompany({ tokens, words, reader }: Search, span: Span): boolean {
  const link = tokens[span.end]?.plain ?? ''
  return words.names.origins.includes(link) && reader.isCompany(span.end + 1)
}

/** "O Daniel do 501". */
function livesThere({ tokens, words, used }: Search, span: Span): boolean {
  const link = tokens[span.end]?.plain ?? ''
  const linked = words.names.origins.includes(link) || words.unit.pointers.includes(link)
  return linked && (used.has(span.end) || used.has(span.end + 1))
}

/** The first token that is no greeting. */
function firstWord({ tokens, words }: Search): number {
  const first = tokens.findIndex(
    (token) => !isMark(token) && !words.greetings.includes(token.plain),
  )
  return Math.max(0, first)
}
