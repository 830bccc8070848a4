import type { Log } from '@portaria/core/log'
import { printable } from '../printable.ts'

/** Where nobody is left the command itself fails, with the same reason. */
function warn(fields: object, message: string): void {
  const error: unknown = Reflect.get(fields, 'error')
  if (typeof error !== 'string' || Reflect.get(fields, 'to') === null) return
  process.stderr.write(`portaria: ${printable(`${message}: ${error}`)}\n`)
}

/** What failed, and why, goes to standard error; all else nowhere. */
export const fallbacksLog: Log = {
  debug() {},
  info() {},
  warn,
  error: warn,
  child: () => fallbacksLog,
}
