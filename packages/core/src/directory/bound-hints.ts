import { cleanLine } from '../speech/clean-text.ts'

/** Each turn sends them, and a recogniser that expects everything expects nothing: Azure counts on 500 at the most. */
const mostPhrases = 200
const mostCharacters = 5_000
/** Nobody says more in one breath. */
const longestPhrase = 80

/**
 * The first phrases, on one line each, without control characters, none twice (whatever its case): as many as
 * recognisers take. It reads no further than that.
 */
export function boundHints(phrases: Iterable<unknown>): readonly string[] {
  const kept = new Map<string, string>()
  let left = mostCharacters
  for (const phrase of phrases) {
    if (kept.size === mostPhrases) break
    if (typeof phrase !== 'string' || phrase.length > longestPhrase) continue
    const line = cleanLine(phrase, longestPhrase)
    const key = line.toLowerCase()
    if (line === '' || kept.has(key)) continue
    left -= line.length
    if (left < 0) break
    kept.set(key, line)
  }
  return [...kept.values()]
}
