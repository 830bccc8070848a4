import type { Log } from '@portaria/core/log'
import { printable } from '../printable.ts'

/** Where nobody is left the command itself fails, with the same reason. */
function warn(fields: object, message: string): void {
  const error: unknown = Reflect.get(fields, 'error')
  if (typeof error !== 'string' || Reflect.get(fields, 'to') === null) return
  process.stderr.write(`portaria: ${printable(`${message}: ${error}`)}\n`)
}

/** What a plugin has to say is said with its facts: such as a voice that it does not know, and whose it takes instead. */
function warnOfPlugin(fields: object, message: string): void {
  const facts = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`)
  const all = facts.length === 0 ? message : `${message} (${facts.join(', ')})`
  process.stderr.write(`portaria: ${printable(all)}\n`)
}

const pluginLog: Log = {
  debug() {},
  info() {},
  warn: warnOfPlugin,
  error: warnOfPlugin,
  child: () => pluginLog,
}

/** What failed, and why, and what plugins warn of go to standard error; all else nowhere. */
export const fallbacksLog: Log = {
  debug() {},
  info() {},
  warn,
  error: warn,
  child: () => pluginLog,
}
