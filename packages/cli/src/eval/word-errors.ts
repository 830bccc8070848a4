/** Longer texts are no visitor's: more would only cost time. */
const mostWords = 2_000

/**
 * The words of a text as they are compared: small letters, without accents and punctuation. Figures stay figures:
 * "501" is another word than "quinhentos".
 */
export function comparedWords(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, mostWords)
}

/** How many words must be put in, left out or changed to make what was heard of what was said (Levenshtein). */
export function wordErrors(said: string, heard: string): { errors: number; words: number } {
  const [from, to] = [comparedWords(said), comparedWords(heard)]
  let row = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (const [i, word] of from.entries()) {
    const next = [i + 1]
    for (const [j, other] of to.entries()) {
      const changed = (row[j] ?? 0) + (word === other ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return { errors: row[to.length] ?? 0, words: from.length }
}
