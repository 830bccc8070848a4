import { endOfAny, endOfPhrase, isMark, type VisitToken } from './visit-tokens.ts'
import type { NameWords, VisitWords } from './visit-words.ts'

export type FoundNames = {
  readonly visitorName: string | null
  readonly residentName: string | null
}

type Span = { readonly start: number; readonly end: number }

const mostWords = 4

/** Who came, and to whom: "sou o Carlos da Amazon, entrega para a dona Maria". */
export function findNames(
  tokens: readonly VisitToken[],
  words: VisitWords,
  used: ReadonlySet<number>,
): FoundNames {
  const reader = nameReader(tokens, words, used)
  const introduced = reader.after(words.names.visitor, null) ?? reader.beforeCompany()
  const resident = reader.after(words.names.resident, introduced) ?? reader.beforeUnit(introduced)
  return { visitorName: reader.text(introduced), residentName: reader.text(resident) }
}

/** A bare name, as people answer "what is your name?": "João Pedro", "é o João". */
export function bareName(tokens: readonly VisitToken[], words: VisitWords): string | null {
  if (tokens.some(({ plain }) => words.negations.includes(plain))) return null
  const reader = nameReader(tokens, words, new Set())
  for (let at = 0; at < tokens.length; at++) {
    const span = reader.from(at)
    if (span !== null) return reader.text(span)
  }
  return null
}

function nameReader(tokens: readonly VisitToken[], words: VisitWords, used: ReadonlySet<number>) {
  const { names } = words
  const isName = wordTest(words)
  const nameAt = (at: number) => {
    const token = tokens[at]
    return (
      token !== undefined && !used.has(at) && companyEnd(tokens, at, words) < 0 && isName(token)
    )
  }

  /** The name that begins at `at`; what follows must look like its first word. */
  function nameFrom(at: number): Span | null {
    if (!nameAt(at)) return null
    const capital = isCapital(tokens[at])
    const goesOn = (next: number) => nameAt(next) && (!capital || isCapital(tokens[next]))
    let end = at + 1
    for (let count = 1; count < mostWords; count++) {
      const after = particlesEnd(tokens, end, names)
      const surname = tokens[after]?.plain ?? ''
      const ofCompany = after - end === 1 && names.origins.includes(tokens[end]?.plain ?? '')
      if (!goesOn(after) || (ofCompany && !names.afterParticle.includes(surname))) break
      end = after + 1
    }
    return { start: at, end }
  }

  function from(at: number): Span | null {
    let start = at
    for (let next = start; next > 0 || start === at;) {
      next = endOfAny(tokens, start, names.titles)
      if (next < 0) break
      start = next
    }
    return nameFrom(start) ?? (start === at ? null : nameFrom(at))
  }

  const isTitled = (at: number) => names.titles.includes(tokens[at - 1]?.plain ?? '')

  return {
    from,
    text: (span: Span | null) => (span === null ? null : titleCase(tokens, span, names)),

    /** The first name after one of `phrases`. */
    after(phrases: readonly string[], other: Span | null): Span | null {
      for (let at = 0; at < tokens.length; at++) {
        for (const phrase of phrases) {
          const end = endOfPhrase(tokens, at, phrase)
          const span = end < 0 || looksLikeVerb(tokens, end, names) ? null : from(end)
          if (span !== null && span.start !== other?.start) return span
        }
      }
      return null
    },

    /** "Carlos da Amazon". */
    beforeCompany(): Span | null {
      for (let at = 0; at < tokens.length; at++) {
        const span = nameFrom(at)
        const link = span === null ? '' : (tokens[span.end]?.plain ?? '')
        if (span === null || !names.origins.includes(link)) continue
        if (companyEnd(tokens, span.end + 1, words) > 0) return span
        at = span.end
      }
      return null
    },

    /** "O Daniel do 501". */
    beforeUnit(visitor: Span | null): Span | null {
      for (let at = 0; at < tokens.length; at++) {
        const span = isCapital(tokens[at]) || isTitled(at) ? nameFrom(at) : null
        if (span === null) continue
        const link = tokens[span.end]?.plain ?? ''
        const links = names.origins.includes(link) || words.unit.pointers.includes(link)
        const unit = [...used].some((index) => index > at && index <= span.end + 1)
        if (links && unit && span.start !== visitor?.start) return span
        at = span.end
      }
      return null
    },
  }
}

function wordTest(words: VisitWords): (token: VisitToken) => boolean {
  const { names, numbers, unit, intents } = words
  const phrases = [...Object.values(intents).flat(), ...names.visitor, ...names.resident]
  const known = new Set([
    ...phrases.flatMap((phrase) => phrase.split(' ')),
    ...[numbers.digits, numbers.teens, numbers.tens, numbers.hundreds, numbers.multipliers].flatMap(
      (map) => Object.keys(map),
    ),
    ...unit.keywords,
    ...unit.between,
    ...unit.pointers,
    ...unit.blocks,
    ...unit.notAfter,
    ...unit.notBefore,
    ...words.negations,
    ...names.titles.flatMap((title) => title.split(' ')),
    ...names.particles,
    ...names.others,
  ])
  return (token) =>
    /^\p{L}{2,}$/u.test(token.plain) &&
    !token.raw.endsWith("'s") &&
    !known.has(token.plain) &&
    (isCapital(token) || !names.endings.some((ending) => token.plain.endsWith(ending)))
}

/** "Para consertar": an infinitive without an article is no name, unless it is written like one. */
function looksLikeVerb(tokens: readonly VisitToken[], at: number, names: NameWords): boolean {
  const token = tokens[at]
  if (token === undefined || isMark(token)) return true
  return (
    !isCapital(token) &&
    names.infinitives.some((ending) => token.plain.endsWith(ending)) &&
    !names.likeInfinitives.includes(token.plain)
  )
}

function isCapital(token: VisitToken | undefined): boolean {
  return token !== undefined && /^\p{Lu}/u.test(token.raw)
}

function particlesEnd(tokens: readonly VisitToken[], at: number, names: NameWords): number {
  let end = at
  while (names.particles.includes(tokens[end]?.plain ?? '')) end += 1
  return end
}

function companyEnd(tokens: readonly VisitToken[], at: number, words: VisitWords): number {
  return endOfAny(tokens, at, words.companies)
}

function titleCase(tokens: readonly VisitToken[], span: Span, names: NameWords): string {
  return tokens
    .slice(span.start, span.end)
    .map(({ raw, plain }) => {
      const lower = raw.toLowerCase()
      return names.particles.includes(plain)
        ? lower
        : `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`
    })
    .join(' ')
}
