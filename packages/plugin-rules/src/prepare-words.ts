import { type PhraseBook, phraseBook } from './phrase-book.ts'
import type { Intent, LanguageWords } from './visit-words.ts'

/** The words of a language, ready to be looked up. */
export type VisitWords = Omit<LanguageWords, 'intents' | 'companies'> & {
  readonly intents: Readonly<Record<Intent, PhraseBook>>
  readonly companies: PhraseBook
  readonly corrections: PhraseBook
  readonly visitor: PhraseBook
  readonly visitorFirst: PhraseBook
  readonly afterVisitor: PhraseBook
  readonly resident: PhraseBook
  readonly afterResident: PhraseBook
  readonly titles: PhraseBook
  /** No name is any of these. */
  readonly notNames: ReadonlySet<string>
  /** May stand between "não" and what it denies. */
  readonly beforeDenied: ReadonlySet<string>
}

export function prepareWords(words: LanguageWords): VisitWords {
  const { names, unit, intents, negations, takebacks } = words
  return {
    ...words,
    intents: {
      entrega: phraseBook(intents.entrega),
      visita: phraseBook(intents.visita),
      servico: phraseBook(intents.servico),
    },
    companies: phraseBook(words.companies),
    corrections: phraseBook([...unit.corrections, ...negations, ...takebacks]),
    visitor: phraseBook(names.visitor),
    visitorFirst: phraseBook(names.visitorFirst),
    afterVisitor: phraseBook(names.afterVisitor),
    resident: phraseBook(names.resident),
    afterResident: phraseBook(names.afterResident),
    titles: phraseBook(names.titles),
    notNames: notNames(words),
    beforeDenied: new Set([
      ...unit.between,
      ...unit.pointers,
      ...unit.keywords,
      ...unit.blocks,
      ...names.copulas,
    ]),
  }
}

function notNames({ names, numbers, unit, intents, ...words }: LanguageWords): ReadonlySet<string> {
  const phrases = [
    ...Object.values(intents).flat(),
    ...names.visitor,
    ...names.resident,
    ...names.titles,
  ]
  const { digits, teens, tens, hundreds, multipliers } = numbers
  return new Set([
    ...phrases.flatMap((phrase) => phrase.split(' ')),
    ...[digits, teens, tens, hundreds, multipliers].flatMap((map) => Object.keys(map)),
    ...[
      unit.keywords,
      unit.between,
      unit.pointers,
      unit.blocks,
      unit.notAfter,
      unit.notBefore,
    ].flat(),
    ...words.negations,
    ...words.greetings,
    ...names.particles,
    ...names.others,
  ])
}
