import { distance } from 'fuzzball'

/** The known word that `word` was probably meant to be; null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = word.toLowerCase()
  const mostEdits = word.length > 3 ? Math.max(2, Math.floor(word.length / 3)) : 1
  let best: { name: string; edits: number } | null = null
  for (const name of known) {
    const edits = distance(wanted, name.toLowerCase(), { full_process: false })
    if (edits <= mostEdits && (best === null || edits < best.edits)) best = { name, edits }
  }
  return best?.name ?? null
}
