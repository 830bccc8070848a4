import type { Language } from '../language.ts'
import { createPhraseReader, type Phrase, type PhraseReader } from './answer-phrases.ts'
import type { AnswerWords } from './answer-words.ts'
import { normalizeAnswer } from './normalize-answer.ts'
import { en } from './words-en.ts'
import { es } from './words-es.ts'
import { ptBr } from './words-pt-br.ts'

export type AnswerVerdict = 'authorize' | 'deny' | 'ask' | 'unclear'

/** An answer longer than this is a speech, a machine or an attack. */
const maxChars = 1_000
const maxYesTokens = 40
/** A bare "no" somewhere in more words than this may be about anything. */
const maxNoTokens = 60

const languages: Readonly<Record<Language, { words: AnswerWords; read: PhraseReader }>> = {
  'pt-BR': { words: ptBr, read: createPhraseReader(ptBr) },
  en: { words: en, read: createPhraseReader(en) },
  es: { words: es, read: createPhraseReader(es) },
}

/**
 * What a resident's words mean as an answer to "do you authorise the entry? yes or no".
 *
 * `authorize` only when the whole utterance is understood: something explicit that means yes, no
 * negation but of harm, no question, no doubt, no unknown word. See docs/decisions-how.md.
 */
export function classify(text: string, language: Language): AnswerVerdict {
  if (text.length > maxChars) return 'unclear'
  const { words, read } = languages[language]
  const { tokens, foreign } = normalizeAnswer(text, words.accented)
  const phrases = read(tokens)
  const has = (kind: Phrase['kind']) => phrases.some((phrase) => phrase.kind === kind)

  if (has('machine')) return 'unclear'
  const refusal = refusalOf(phrases, words.negation)
  if (refusal !== null) return refusal
  if (has('ask') || asksWhetherItIs(phrases, words.copulas)) return 'ask'
  const clear = !foreign && tokens.length <= maxYesTokens && isUnderstood(phrases)
  if (!clear) return 'unclear'
  const agrees = has('permission') || ((has('nod') || has('assent')) && !has('greeting'))
  return agrees ? 'authorize' : 'unclear'
}

/** No doubt, no negation, no question, no word that nobody knows, and not cut off after a link. */
function isUnderstood(phrases: readonly Phrase[]): boolean {
  const last = phrases.findLast((phrase) => phrase.kind !== 'mark')
  return (
    last?.kind !== 'link' &&
    phrases.every((phrase) => {
      if (phrase.kind === 'mark') return phrase.tokens[0] !== '?'
      return phrase.kind !== 'doubt' && phrase.kind !== 'negation' && phrase.kind !== 'unknown'
    })
  )
}

/**
 * `deny`, `unclear` where a negation meets a yes, or null where nothing is refused. A negated verb is a
 * no ("não pode", "pode não"); a no and then a yes contradict each other ("não, pode entrar"); a yes
 * taken back is a no ("pode, não").
 */
function refusalOf(
  phrases: readonly Phrase[],
  negations: readonly string[],
): 'deny' | 'unclear' | null {
  const isNo = (at: number) => isRefusal(phrases, at, negations)
  const at = phrases.map((_, index) => index)
  const lastNo = at.findLast(isNo) ?? -1
  const lastYes = at.findLast((index) => isYes(phrases[index]) && !isNo(index)) ?? -1
  const has = (kind: Phrase['kind']) => phrases.some((phrase) => phrase.kind === kind)

  if (lastNo >= 0) {
    if (lastYes > lastNo) return 'unclear'
    const nos = phrases.filter((_, index) => isNo(index))
    const onlyStranger = nos.every(({ kind }) => kind === 'stranger')
    return onlyStranger && has('ask') ? null : 'deny'
  }
  const lastNegation = at.findLast((index) => isStatedNegation(phrases, index)) ?? -1
  if (lastNegation < 0) return null
  if (lastYes > lastNegation || phrases.length > maxNoTokens) return 'unclear'
  const contradicted = (has('assent') || has('harmless')) && lastYes < 0 && !has('unknown')
  return contradicted ? 'unclear' : 'deny'
}

/** "não *eu* autorizo": stands between a negation and its verb; "claro que" begins something new. */
function isLinkWord(phrase: Phrase): boolean {
  return phrase.kind === 'link' && phrase.tokens.length === 1
}

function isYes(phrase: Phrase | undefined): boolean {
  return phrase?.kind === 'permission' || phrase?.kind === 'nod'
}

function isRefusal(phrases: readonly Phrase[], at: number, negations: readonly string[]): boolean {
  const phrase = phrases[at]
  if (phrase?.kind === 'refusal' || phrase?.kind === 'stranger') return true
  if (!isYes(phrase)) return false
  const before = phrases.slice(0, at).findLast((other) => !isLinkWord(other))
  const after = phrases.slice(at + 1).find((other) => !isLinkWord(other))
  const lastWord = before?.kind === 'refusal' ? before.tokens.at(-1) : undefined
  return (
    before?.kind === 'negation' || after?.kind === 'negation' || negations.includes(lastWord ?? '')
  )
}

/** A negation that its clause does not ask about: "não é o Carlos?" refuses nothing. */
function isStatedNegation(phrases: readonly Phrase[], at: number): boolean {
  if (phrases[at]?.kind !== 'negation') return false
  const end = phrases.slice(at).find(({ kind }) => kind === 'mark')
  return end?.tokens[0] !== '?'
}

/** "É o Carlos?", "is it the pizza?": a question whose first word that counts is a form of to be. */
function asksWhetherItIs(phrases: readonly Phrase[], copulas: readonly string[]): boolean {
  return phrases.some((mark, end) => {
    if (mark.tokens[0] !== '?') return false
    const before = phrases.slice(0, end)
    const start = before.findLastIndex(({ kind }) => kind === 'mark') + 1
    const first = before
      .slice(start)
      .find(({ kind }) => kind !== 'greeting' && kind !== 'filler' && kind !== 'assent')
    return copulas.includes(first?.tokens[0] ?? '')
  })
}
