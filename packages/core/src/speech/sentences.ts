/** Written before a name, a street or a number, so that their full stop ends no sentence. pt-BR, en, es. */
const abbreviations = new Set(
  (
    'sr sra srs sras srta srtas dr dra drs dras prof profa profs dna exmo exma ilmo ilma sto sta eng enga arq adv ' +
    'av al trav pç pça pca rod estr lgo vl jd apto ap aptos ed edif cond res bl blc tel cel ' +
    'mr mrs ms messrs mx rev gen capt lt sgt st ave blvd rd apt ext dept ' +
    'dn dña ud uds vd vds avda ctra pza pl urb dpto depto lic ing núm num nro'
  ).split(' '),
)

/** Before a number only: "no. 5" and "p. 12", but "eu disse que não." or "Sí, claro que no." */
const numberAbbreviations = new Set(['n', 'no', 'nº', 'p', 'pp', 'pág', 'pag', 'art', 'vol'])

/** A single letter after one of these, or after a number, names a block and may end a sentence. */
const blockWords =
  /^(?:bloco|torre|bl|block|tower|building|bloque|letra|letter|edif[ií]cio|\p{N}+)$/iu

const lower = /^\p{Ll}/u
const lettersAndDigits = /[\p{L}\p{N}]/u

/** Whether a full stop between `before` and `after` ends the sentence; spaces follow it. */
function isFullStop(before: string, after: string): boolean {
  if (lower.test(after)) return false
  const words = /(?:([\p{L}\p{N}]+)[^\p{L}\p{N}]+)?([\p{L}\p{N}º.]+)$/u.exec(before.slice(-60))
  if (!words) return true
  const [, previous = '', last = ''] = words
  const word = last.toLowerCase()
  if (abbreviations.has(word)) return false
  if (numberAbbreviations.has(word) && /^\p{N}/u.test(after)) return false
  // Initials: "J. Silva", "J.K. Rowling".
  if (/^(?:\p{Lu}\.)*\p{Lu}$/u.test(last)) return after === '' || blockWords.test(previous)
  return true
}

/** Whether marks without a space behind them end a sentence: "Olá!Tudo bem?", but "501.2" and "a.com" do not. */
function isGlued(before: string, marks: string, after: string): boolean {
  if (/[!?]/.test(marks)) return /^[\p{L}¿¡]/u.test(after)
  return /\p{Ll}{2}$/u.test(before) && /^(?:\p{Lu}\p{Ll}|[¿¡])/u.test(after)
}

function endsSentence(text: string, at: number, marks: string): boolean {
  if (marks === '\n') return true
  const before = text.slice(Math.max(0, at - 60), at)
  const rest = text.slice(at + marks.length, at + marks.length + 60)
  const after = rest.trimStart()
  if (after === rest && after !== '') return isGlued(before, marks, after)
  if (/[!?]/.test(marks)) return true
  if (/^\.["'”’»)\]]*$/.test(marks)) return isFullStop(before, after)
  return !lower.test(after)
}

/**
 * Splits what a dialogue says into sentences, each trimmed, in order, with nothing lost but white space, so that
 * the first can be heard while the next is synthesised. Knows abbreviations ("Sr. Daniel", "Av. Brasil"), initials,
 * decimals and ellipses of pt-BR, en and es. Where it doubts it does not split.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = []
  let start = 0
  /** A piece without letter or digit is kept with its neighbour. */
  const take = (end: number): void => {
    const piece = text.slice(start, end).trim()
    start = end
    if (piece === '') return
    const last = sentences.length - 1
    if (last >= 0 && !lettersAndDigits.test(piece)) sentences[last] += ` ${piece}`
    else if (last >= 0 && !lettersAndDigits.test(sentences[last] ?? '')) {
      sentences[last] += ` ${piece}`
    } else sentences.push(piece)
  }
  for (const match of text.matchAll(/[.!?…]+["'”’»)\]]*|\n/gu)) {
    const [marks] = match
    if (endsSentence(text, match.index, marks)) take(match.index + marks.length)
  }
  take(text.length)
  return sentences
}
