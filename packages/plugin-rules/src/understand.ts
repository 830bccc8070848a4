import { bareName, findNames } from './find-names.ts'
import { findIntent } from './find-intent.ts'
import { findBareBlock, findUnit } from './find-unit.ts'
import { prepareWords, type VisitWords } from './prepare-words.ts'
import { en } from './visit-words-en.ts'
import { es } from './visit-words-es.ts'
import { ptBr } from './visit-words-pt-br.ts'
import { visitTokens } from './visit-tokens.ts'
import type { Intent } from './visit-words.ts'

/** What a visitor's words tell; what they do not tell is absent. */
export type UnderstoodVisit = {
  intentType?: Intent
  visitorName?: string
  residentName?: string
  /** In digits: "501". */
  unit?: string
  /** "B" or "2". */
  block?: string
  /** Facts that were denied and not told anew: "não é 501". */
  withdrawn?: readonly 'unit'[]
}

/** Reads the facts of a visit in what a visitor said. `language` is a BCP 47 tag; pt-BR unless known. */
export function understandVisit(text: string, language: string): UnderstoodVisit {
  const words = wordsFor(language)
  const tokens = visitTokens(text)
  const found = findUnit(tokens, words)
  const { visitorName, residentName } = findNames(tokens, words, found.used)
  const intentType = findIntent(tokens, words)
  return {
    ...(intentType === null ? {} : { intentType }),
    ...(visitorName === null ? {} : { visitorName }),
    ...(residentName === null ? {} : { residentName }),
    ...(found.unit === null ? {} : { unit: found.unit }),
    ...(found.block === null ? {} : { block: found.block }),
    ...(found.unitWithdrawn ? { withdrawn: ['unit' as const] } : {}),
  }
}

/** The name in an answer to "what is your name?", which need not introduce it. */
export function understandName(text: string, language: string): string | null {
  return bareName(visitTokens(text), wordsFor(language))
}

/** The block in an answer to "which block?": "B", "o dois", "bloco B". */
export function understandBlock(text: string, language: string): string | null {
  return findBareBlock(visitTokens(text), wordsFor(language))
}

const prepared = { en: prepareWords(en), es: prepareWords(es), ptBr: prepareWords(ptBr) }

function wordsFor(language: string): VisitWords {
  if (language.startsWith('en')) return prepared.en
  return language.startsWith('es') ? prepared.es : prepared.ptBr
}
