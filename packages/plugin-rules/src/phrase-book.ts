import type { VisitToken } from './visit-tokens.ts'

/** Phrases by their first word, longest first: a text is looked through once, not once for each phrase. */
export type PhraseBook = ReadonlyMap<string, readonly (readonly string[])[]>

export function phraseBook(phrases: readonly string[]): PhraseBook {
  const split = [...new Set(phrases)].map((phrase) => phrase.split(' '))
  const sorted = split.toSorted((a, b) => b.length - a.length)
  return Map.groupBy(sorted, ([first = '']) => first)
}

/** A phrase that stands in the text; `end` is the token after it. */
export type Standing = { readonly phrase: readonly string[]; readonly end: number }

/** Every phrase that stands at `at`, the longest first. A pause may part its words: "oi, é". */
export function phrasesAt(
  tokens: readonly VisitToken[],
  at: number,
  book: PhraseBook,
): readonly Standing[] {
  const phrases = book.get(tokens[at]?.plain ?? '') ?? []
  return phrases.flatMap((phrase) => {
    const end = endOfPhrase(tokens, at, phrase)
    return end < 0 ? [] : [{ phrase, end }]
  })
}

/** The end of the longest of the phrases that stand at `at`, or -1. */
export function endOfAny(tokens: readonly VisitToken[], at: number, book: PhraseBook): number {
  return phrasesAt(tokens, at, book)[0]?.end ?? -1
}

function endOfPhrase(tokens: readonly VisitToken[], at: number, phrase: readonly string[]): number {
  let end = at
  for (const word of phrase) {
    if (end > at && tokens[end]?.plain === ',') end += 1
    if (tokens[end]?.plain !== word) return -1
    end += 1
  }
  return end
}
