import { inspect } from 'node:util'

/** A short picture of a wrong value for an error message, at most 60 characters. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const text =
    typeof value === 'string'
      ? JSON.stringify(value.slice(0, 100))
      : inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 60 })
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
