import { type AnswerWords, type PhraseKind, phraseKinds } from './answer-words.ts'
import {
  firstWordsOf,
  matchPattern,
  parsePattern,
  type Pattern,
  type SlotNames,
  wordsOfPattern,
} from './phrase-pattern.ts'

/** A run of tokens: a phrase of a known kind, a mark between phrases, or a word that nobody knows. */
export type Phrase = {
  readonly kind: PhraseKind | 'mark' | 'unknown'
  readonly tokens: readonly string[]
}

/** Cuts tokens into phrases, from left to right, the longest known phrase first. */
export type PhraseReader = (tokens: readonly string[]) => readonly Phrase[]

type Entry = {
  readonly kind: PhraseKind
  readonly pattern: readonly Pattern[]
  /** What it may begin with, null for anything: most phrases are passed over by this alone. */
  readonly firstWords: ReadonlySet<string | undefined> | null
}

const maxNameWords = 2

export function createPhraseReader(words: AnswerWords): PhraseReader {
  const entries: readonly Entry[] = phraseKinds.flatMap((kind) =>
    words[kind].map((source) => createEntry(kind, source)),
  )
  const matchSlot = createSlotMatcher(words, entries)
  return (tokens) => {
    const slot = (at: number, names: SlotNames) => matchSlot(tokens, at, names)
    const phrases: Phrase[] = []
    let at = 0
    while (at < tokens.length) {
      let longest: Phrase = { kind: isMark(tokens[at]) ? 'mark' : 'unknown', tokens: [] }
      for (const { kind, pattern, firstWords } of entries) {
        if (firstWords !== null && !firstWords.has(tokens[at])) continue
        const end = Math.max(at, ...matchPattern(pattern, { tokens, at, slot }))
        if (end - at > longest.tokens.length) longest = { kind, tokens: tokens.slice(at, end) }
      }
      if (longest.tokens.length === 0) longest = { ...longest, tokens: tokens.slice(at, at + 1) }
      phrases.push(longest)
      at += longest.tokens.length
    }
    return phrases
  }
}

function createEntry(kind: PhraseKind, source: string): Entry {
  const pattern = parsePattern(source)
  return { kind, pattern, firstWords: firstWordsOf(pattern) }
}

function createSlotMatcher(words: AnswerWords, entries: readonly Entry[]) {
  const people = words.people.map(parsePattern)
  const known = new Set(
    [...entries.map((entry) => entry.pattern), ...people].flatMap(wordsOfPattern),
  )
  for (const word of [...words.titles, ...words.prepositions, ...words.origins]) known.add(word)
  for (const word of words.neverNames) known.add(word)
  const titles: ReadonlySet<string | undefined> = new Set(words.titles)
  const prepositions: ReadonlySet<string | undefined> = new Set(words.prepositions)
  const origins: ReadonlySet<string | undefined> = new Set(words.origins)

  const isName = (token: string | undefined): boolean =>
    token !== undefined && /^[a-z]{2,}$/u.test(token) && !known.has(token)

  function namesFrom(tokens: readonly string[], at: number): readonly number[] {
    const ends: number[] = []
    for (let end = at; end < at + maxNameWords && isName(tokens[end]); end++) ends.push(end + 1)
    return ends
  }

  function personFrom(tokens: readonly string[], at: number, names: SlotNames) {
    const titled = names !== 'none' && titles.has(tokens[at])
    return [
      ...people.flatMap((pattern) => matchPattern(pattern, { tokens, at, slot: () => [] })),
      ...(titled ? namesFrom(tokens, at + 1) : []),
      ...(names === 'bare' ? namesFrom(tokens, at) : []),
    ]
  }

  return (tokens: readonly string[], at: number, names: SlotNames): readonly number[] => {
    const starts = prepositions.has(tokens[at]) ? [at, at + 1] : [at]
    const persons = starts.flatMap((start) => personFrom(tokens, start, names))
    const withOrigin = persons
      .filter((end) => origins.has(tokens[end]))
      .flatMap((end) => [
        ...personFrom(tokens, end, 'titled'),
        ...personFrom(tokens, end + 1, 'bare'),
      ])
    return [...persons, ...withOrigin]
  }
}

function isMark(token: string | undefined): boolean {
  return token === ',' || token === '.' || token === '?'
}
