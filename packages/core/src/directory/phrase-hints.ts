import type { Language } from '../language.ts'
import { boundHints } from './bound-hints.ts'
import type { DirectoryEntry } from './parse-entry.ts'

/** Where there are more names than recognisers take, these go before units and the other names. */
const mostBlocks = 20
const mostNamesFirst = 140

type Words = { readonly unit: string; readonly block: string }

const wordsIn: Readonly<Record<Language, Words>> = {
  'pt-BR': { unit: 'apartamento', block: 'bloco' },
  en: { unit: 'apartment', block: 'block' },
  es: { unit: 'apartamento', block: 'bloque' },
}

const shortUnit = /^(?:apto|apt|ap)(?!\p{L})[\s.:º°]*/iu
const shortBlock = /^bl(?!\p{L})[\s.:]*/iu

/** `501` -> `apartamento 501`, `Apto. 45-B` -> `apartamento 45 B`; what has a name, such as `Cobertura`, keeps it. */
function saidAs(text: string, word: string, short: RegExp): string {
  const bare = text.replace(short, '')
  const spoken = bare.replace(/(?<=\d)[-. ]*(?=\p{L})|(?<=\p{L})[-. ]*(?=\d)/gu, ' ')
  return bare !== text || /^\d|^\p{L}{1,2}$|^\p{L}\d+$/u.test(bare) ? `${word} ${spoken}` : spoken
}

/** One name of each home goes before the second of any. */
function* namesOf(entries: readonly DirectoryEntry[]): Generator<string> {
  const isName = (text: string | undefined): text is string => /\p{L}{2}/u.test(text ?? '')
  for (const { residents } of entries) yield* residents.slice(0, 1).filter(isName)
  for (const { residents } of entries) yield* residents.slice(1).filter(isName)
}

/** The next ones, and leaves the others. */
function* next<T>(items: Iterator<T>, most: number): Generator<T> {
  for (let taken = 0; taken < most; taken += 1) {
    const { done, value } = items.next()
    if (done === true) return
    yield value
  }
}

function blocksOf(entries: readonly DirectoryEntry[]): string[] {
  return [...new Set(entries.flatMap(({ block }) => block ?? []))]
}

/** Those with a letter or a name of their own go before bare numbers. */
function* unitsOf(entries: readonly DirectoryEntry[]): Generator<string> {
  for (const wanted of [false, true]) {
    for (const { number } of entries) if (/^\d+$/.test(number) === wanted) yield number
  }
}

/**
 * What a visitor may say that no recogniser knows by itself, the most useful first: blocks, names of residents, then
 * units. Digits stay digits, as recognisers write them.
 */
export function phraseHints(
  entries: readonly DirectoryEntry[],
  language: Language,
): readonly string[] {
  const { unit, block } = wordsIn[language]
  function* phrases(): Generator<string> {
    const names = namesOf(entries)
    for (const each of blocksOf(entries).slice(0, mostBlocks)) yield saidAs(each, block, shortBlock)
    yield* next(names, mostNamesFirst)
    for (const each of unitsOf(entries)) yield saidAs(each, unit, shortUnit)
    yield* names
  }
  return boundHints(phrases())
}
