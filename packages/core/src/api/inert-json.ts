/**
 * DEL and C1 controls, zero-width and bidi marks, line separators: what JSON leaves as it is, and a
 * terminal obeys.
 */
const unruly = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** JSON on one line, in which nothing that a caller said can move a cursor or turn text around. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    unruly,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
