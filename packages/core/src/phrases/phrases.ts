import type { Language } from '../language.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { ptBR } from './pt-br.ts'

/** Who is at the door, as the visitor said it. Null is unknown. */
export type Visit = {
  intentType: string | null
  visitorName: string | null
  residentName: string | null
}

/**
 * Everything core says by itself, in one language. Sentences without arguments are synthesised before a call;
 * those with one are short and follow a fixed sentence, so that they are ready when their time comes.
 * No sentence to a visitor tells whether a resident is at home.
 */
export type Phrases = {
  /** `name` is the condomínio's, null when it has none. */
  greeting(name: string | null): string
  askByVoice: string
  askByKeypad: string
  keypadOnly: string
  /** Nobody could reply: the fault is ours, and the keypad is left. */
  troubleKeypad: string
  stillThere: string
  nobodyThere: string
  filler: string
  wait: string
  /** The unit is spoken only when the visitor said it. */
  calling(unit: string | null): string
  stillCalling: string
  unknownUnit: string
  unknownUnitKeypad: string
  whichBlock: string
  /** Blocks with letters or names are offered by their place, as `choose-block.ts` reads the key. */
  whichBlockKeypad(blocks: readonly string[]): string
  whichUnit: string
  whichUnitKeypad: string
  notFound: string
  keypadHelpWaiting: string
  handOver: string
  authorized: string
  denied: string
  noAuthorization: string
  goodbye: string
  apology: string
  restarting: string
  residentHello(name: string | null): string
  atTheDoor(visit: Visit): string
  whoIsIt(visit: Visit): string
  question: string
  questionKeypad: string
  questionAgain: string
  questionAgainKeypad: string
  residentAuthorized: string
  residentDenied: string
  residentUnclear: string
  visitorLeft: string
  tooLate: string
  residentGoodbye: string
}

const byLanguage: Record<Language, Phrases> = { 'pt-BR': ptBR, en, es }

export function phrasesIn(language: Language): Phrases {
  return byLanguage[language]
}

/** The sentences that need no call to be known: what is synthesised at start. */
export function fixedPhrases(language: Language, condominiumName: string | null): string[] {
  const phrases = phrasesIn(language)
  const fixed = Object.values(phrases).filter((phrase) => typeof phrase === 'string')
  const nobody: Visit = { intentType: null, visitorName: null, residentName: null }
  const visits = ['entrega', 'visita', 'servico'].map((intentType) => ({ ...nobody, intentType }))
  return [
    phrases.greeting(condominiumName),
    ...fixed,
    phrases.calling(null),
    phrases.residentHello(condominiumName),
    ...[nobody, ...visits].map((visit) => phrases.atTheDoor(visit)),
    phrases.whoIsIt(nobody),
  ]
}
