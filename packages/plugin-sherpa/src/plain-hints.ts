const mostHints = 500
const longestHint = 100

/** Hints as sherpa takes them: words only, since `/`, `:`, `#` and `@` mean something to it. */
export function plainHints(hints: readonly string[]): string[] {
  const plain = hints.map((hint) =>
    hint
      .toWellFormed()
      .replace(/[^\p{L}\p{M}\p{N}'-]+/gu, ' ')
      .trim(),
  )
  const short = plain.filter((hint) => hint !== '' && hint.length <= longestHint)
  return [...new Set(short)].slice(0, mostHints)
}
