/** Text for a voice or for a model: no control characters, no marks that turn or hide text, no half of a pair. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/[\p{Cf}\uFFFD]/gu, '')
}

/** The same on one line, cut after `longest` characters. */
export function cleanLine(text: string, longest: number): string {
  const line = cleanText(text).replace(/\s+/gu, ' ').trim()
  // A cut in the middle of a pair would leave its half.
  return cleanText(line.slice(0, longest)).trim()
}
