/** The spellings under which a unit or a block is looked up, from the strictest to the loosest. */
export type Keys = readonly [literal: string, bare: string, zeroless: string]

const unitWords =
  /^(?:APARTAMENTO|APARTMENT|APARTAMENT|APART|APTO|APT|AP|CASA|HOUSE|UNIDADE|UNIDAD|UNIT|DEPARTAMENTO|DEPTO|DPTO|SALA|NUMERO|NUMBER|NO|N)(?:-|(?=\d))/
const blockWords =
  /^(?:BLOCO|BLOCK|BLOQUE|BL|TORRE|TOWER|EDIFICIO|BUILDING|PREDIO|QUADRA|ALA|SETOR)(?:-|(?=\d))/

/**
 * Upper case without accents; whatever is neither letter nor digit separates, so that `1-2` is
 * never `12`.
 */
function folded(text: string): string {
  return text
    .replace(/[ºª°]/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}

function keysOf(text: string, words: RegExp): Keys | null {
  // Nobody's unit is that long, and cutting it could turn it into somebody's.
  if (text.length > 100) return null
  const literal = folded(text)
  if (literal === '') return null
  const bare = literal.replace(words, '').replace(/(?<=\d)-(?=\p{L})|(?<=\p{L})-(?=\d)/gu, '')
  return [literal, bare, bare.replace(/(?<!\d)0+(?=\d)/g, '')]
}

/**
 * `Apto. 045-b` -> `APTO-045-B`, `045B`, `45B`. A look-up takes the first spelling that finds
 * anything: `0501` finds 501 unless there is a 0501. Null when nothing of the text can name a unit.
 */
export function unitKeys(text: string): Keys | null {
  return keysOf(text, unitWords)
}

/** `Bloco b` -> `BLOCO-B`, `B`, `B`. */
export function blockKeys(text: string): Keys | null {
  return keysOf(text, blockWords)
}
