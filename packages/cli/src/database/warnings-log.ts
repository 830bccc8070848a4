import type { Log } from '@portaria/core/log'
import { printable } from '../printable.ts'

function warn(_: object, message: string): void {
  process.stderr.write(`portaria: ${printable(message)}\n`)
}

/** For commands that print their own lines: what is wrong goes to standard error, the rest nowhere. */
export const warningsLog: Log = {
  debug() {},
  info() {},
  warn,
  error: warn,
  child: () => warningsLog,
}
