/** One word as it was said, or a mark. */
export type VisitToken = {
  /** With its accents and capitals. */
  readonly raw: string
  /** Lower case, without accents; `,` for a pause and `.` for an end. */
  readonly plain: string
}

const longest = 2_000
/** An abbreviation's dot ends no sentence. */
const abbreviation =
  /\b(mrs?|ms|dr|dra|sra?|srta|apto?|ap|n|no|num|nro|depto|dpto|dto|bl|av)\.(?=\s|\d)/giu

/** Words, numbers and marks. "12B" and "B-12" come apart, "1.204" stays together, "10:30", "3º" and "32,50" are left out. */
export function visitTokens(text: string): readonly VisitToken[] {
  const spaced = text
    .slice(0, longest)
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(abbreviation, '$1 ')
    .replace(/\b\d{1,2}\s?[:h]\s?\d{2}\b/giu, ' ')
    .replace(/\b\d+\.?[ºª°]|\b\d+,\d{2}\b/gu, ' ')
    .replace(/(?<=\d)\.(?=\d{3}\b)/gu, '')
    .replace(/[’'`´]/gu, "'")
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/(?<=\d)[-/](?=[\p{L}\d])|(?<=\p{L})[-/](?=\d)/gu, ' ')
    .replace(/(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/gu, ' ')
  const words = spaced.match(/[\p{L}\p{M}']+|\d+|[.,;:!?¡¿…()–—-]+/gu) ?? []
  return words.map((raw) => ({ raw, plain: plainOf(raw) }))
}

/** Lower case, without accents. */
function plainOf(raw: string): string {
  if (/^[,:\-–—]$/u.test(raw)) return ','
  if (/^[.,;:!?¡¿…()–—-]+$/u.test(raw)) return '.'
  return raw.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll("'", '')
}

export function isMark(token: VisitToken | undefined): boolean {
  return token === undefined || token.plain === ',' || token.plain === '.'
}
