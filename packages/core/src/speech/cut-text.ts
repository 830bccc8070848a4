import { splitSentences } from './sentences.ts'

/** At most `maxLength` characters of a text: whole sentences where possible, else whole words. */
export function cutText(text: string, maxLength: number): string {
  const trimmed = text.trim()
  if (trimmed.length <= maxLength) return trimmed
  let kept = ''
  // What cannot be kept need not be split; the piece at the cut is too long for sure.
  for (const sentence of splitSentences(trimmed.slice(0, 2 * maxLength))) {
    const longer = kept === '' ? sentence : `${kept} ${sentence}`
    if (longer.length > maxLength) break
    kept = longer
  }
  if (kept !== '') return kept
  const head = trimmed.slice(0, maxLength)
  const space = head.search(/\s\S*$/u)
  // A surrogate pair is not cut in half.
  return space > 0 ? head.slice(0, space) : head.replace(/[\uD800-\uDBFF]$/u, '')
}
