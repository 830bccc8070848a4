import { endOfAny } from './phrase-book.ts'
import type { VisitWords } from './prepare-words.ts'
import { isMark, type VisitToken } from './visit-tokens.ts'
import type { Intent } from './visit-words.ts'

const byWeight: readonly Intent[] = ['servico', 'visita', 'entrega']

/** What the visitor came for: what is said first, a company that delivers only where nothing else is. */
export function findIntent(tokens: readonly VisitToken[], words: VisitWords): Intent | null {
  const said = tokens.flatMap((_, at) =>
    byWeight.flatMap((intent) => {
      const end = endOfAny(tokens, at, words.intents[intent])
      return end < 0 || isDenied(tokens, at, words) ? [] : [{ intent, at, length: end - at }]
    }),
  )
  const inOrder = said.toSorted((a, b) => a.at - b.at || b.length - a.length)
  const corrected = inOrder.find(({ at }) => isCorrected(tokens, at, words))
  const [first] = corrected === undefined ? inOrder : [corrected]
  const longer = said.find(
    ({ at, length }) => first !== undefined && at === first.at + 1 && length > first.length,
  )
  if (first !== undefined) return longer?.intent ?? first.intent
  const company = tokens.some((_, at) => endOfAny(tokens, at, words.companies) > 0)
  return company ? 'entrega' : null
}

/** "Não é entrega, é visita". */
function isDenied(tokens: readonly VisitToken[], at: number, words: VisitWords): boolean {
  const before = [1, 2, 3].map((back) => tokens[at - back]?.plain ?? ',')
  const pause = before.indexOf(',')
  return before.slice(0, pause < 0 ? 3 : pause).some((word) => words.negations.includes(word))
}

/** "É visita, aliás, entrega". */
function isCorrected(tokens: readonly VisitToken[], at: number, words: VisitWords): boolean {
  const before = [1, 2, 3, 4].map((back) => at - back).filter((index) => index > 0)
  return before.some((index) => {
    const end = endOfAny(tokens, index, words.corrections)
    const rest = end < 0 ? null : tokens.slice(end, at).filter((token) => !isMark(token))
    return rest !== null && rest.every(({ plain }) => words.beforeDenied.has(plain))
  })
}
