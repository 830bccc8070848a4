/** C1 controls, line and paragraph separators, and the marks that turn the direction of text. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * One JSON document on exactly one line, inert in a terminal: JSON.stringify leaves U+0085 and U+2028
 * as they are, which many readers take for the end of a line.
 */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(unsafe, escape)}\n`
}
