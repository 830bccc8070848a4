/** Everything a terminal would obey instead of showing: C0, C1, and marks that turn the direction of text. */
// eslint-disable-next-line no-control-regex
const obeyed = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Text from a call as a terminal may show it. */
export function printable(text: string): string {
  return text.replace(obeyed, '�')
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
