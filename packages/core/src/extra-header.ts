import { validateHeaderName, validateHeaderValue } from 'node:http'

/** These are the client's own. */
const reserved = new Set(
  'host connection content-length content-type transfer-encoding accept-encoding'.split(' '),
)

/** Whether a user may add this header to the requests of a plugin. */
export function isExtraHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return !reserved.has(name.toLowerCase())
  } catch {
    return false
  }
}
