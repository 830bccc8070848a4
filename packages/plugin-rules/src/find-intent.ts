import { endOfAny, type VisitToken } from './visit-tokens.ts'
import type { Intent, VisitWords } from './visit-words.ts'

const byWeight: readonly Intent[] = ['servico', 'visita', 'entrega']

/** What the visitor came for: what is said first, a company that delivers only where nothing else is. */
export function findIntent(tokens: readonly VisitToken[], words: VisitWords): Intent | null {
  const said = tokens.flatMap((_, at) =>
    byWeight.flatMap((intent) => {
      const end = endOfAny(tokens, at, words.intents[intent])
      return end < 0 || isDenied(tokens, at, words) ? [] : [{ intent, at, length: end - at }]
    }),
  )
  const [first] = said.toSorted((a, b) => a.at - b.at || b.length - a.length)
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
