import { phrasesEn } from './phrases-en.ts'
import { phrasesEs } from './phrases-es.ts'
import { phrasesPtBr } from './phrases-pt-br.ts'

/** What the rules say. Every sentence is fixed, so that it can be synthesised before a call. */
export type DialoguePhrases = {
  readonly askUnit: string
  /** Nothing was understood once more. */
  readonly askUnitAgain: string
  /** Nor the third time: the keypad works too. */
  readonly askUnitEitherWay: string
  readonly askUnitKeypad: string
  readonly askBlockAgain: string
  readonly askName: string
  readonly askReason: string
  readonly askNameAndReason: string
  readonly help: string
  readonly helpKeypad: string
}

/** `language` is a BCP 47 tag; pt-BR unless known. */
export function phrasesFor(language: string): DialoguePhrases {
  if (language.startsWith('en')) return phrasesEn
  return language.startsWith('es') ? phrasesEs : phrasesPtBr
}
