export type NormalizedAnswer = {
  /** Words, and the marks `,` (a pause), `.` (an end) and `?`. */
  readonly tokens: readonly string[]
  /** The text has signs that no recogniser writes for speech: it may refuse, but never authorise. */
  readonly foreign: boolean
}

/** All that a transcript of our languages is made of. */
const speech = /^[a-zàáâãäçèéêëìíîïñòóôõöùúûü0-9\s.,;:!?¡¿…'’\-–—]*$/iu
/** Become k and s when they are composed or compared without case. */
const lookalikes = /[\u212a\u017f]/u
/** Grave, acute, circumflex, tilde, diaeresis and cedilla. */
const accents = /[\u0300-\u0303\u0308\u0327]/gu
/** Not seen: removed, so that it cannot hide a negation inside a word. White space is kept. */
const invisible = /(?!\s)[\p{Cf}\p{Cc}\p{Variation_Selector}]/gu

/**
 * Lower case, without accents, "siiim" as "sim", pauses and ends as tokens of their own. Words of
 * `accented` keep their accent, because it makes another word of them ("sí" and "si").
 */
export function normalizeAnswer(text: string, accented: readonly string[]): NormalizedAnswer {
  const composed = text.trim().normalize('NFC')
  const words = composed
    .toLowerCase()
    .replace(invisible, '')
    .replace(/['’]/gu, '')
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/[\r\n\u2028\u2029]+/gu, ' . ')
  const tokens = words.match(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]+/gu) ?? []
  return {
    tokens: tokens.map((token) => normalizeToken(token, accented)),
    foreign: !speech.test(composed) || lookalikes.test(text),
  }
}

function normalizeToken(token: string, accented: readonly string[]): string {
  if (/^[.,;:!?¡¿…\-–—]+$/u.test(token)) return markOf(token)
  const short = token.replace(/(\p{L})\1{2,}/gu, '$1')
  return accented.includes(short) ? short : short.normalize('NFD').replace(accents, '')
}

function markOf(token: string): string {
  if (/[?¿]/u.test(token)) return '?'
  return /^[,:\-–—]$/u.test(token) ? ',' : '.'
}
