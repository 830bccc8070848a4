import type { VisitWords } from './prepare-words.ts'
import type { VisitToken } from './visit-tokens.ts'

/**
 * Whether what begins at `from` is denied: "não é 501", "não é no apartamento 501". In "501 não 502"
 * the "não" takes back what ends at `floor`, and denies nothing.
 */
export function isDenied(
  tokens: readonly VisitToken[],
  from: number,
  { words, floor }: { words: VisitWords; floor: number },
): boolean {
  let at = from - 1
  while (at >= floor && words.beforeDenied.has(tokens[at]?.plain ?? '')) at -= 1
  const before = tokens[at]?.plain ?? ''
  if (at < floor || !words.negations.includes(before)) return false
  // "Não, não, é o 502": said twice it answers a question.
  if (words.negations.includes(tokens[at - 1]?.plain ?? '')) return false
  const takesBack = at === from - 1 && at === floor && at > 0 && words.takebacks.includes(before)
  return !takesBack
}
