import { isConfigError, isProviderError, messageOf } from '@portaria/core/errors'
import { isRecord } from './is-record.ts'

/** How the CLI ends: the exit code, and what is said on standard error (null: nothing). */
export type Failure = { readonly exit: number; readonly message: string | null }

/** The exit code that oclif gave an error of its own; undefined for any other error. */
function oclifExit(error: unknown): number | undefined {
  if (!isRecord(error) || !isRecord(error['oclif'])) return undefined
  const { exit } = error['oclif']
  return typeof exit === 'number' ? exit : undefined
}

/** The remedy belongs to the message of a ConfigError; a bug shows its stack only when asked. */
export function failureOf(error: unknown, o: { debug?: boolean } = {}): Failure {
  if (isRecord(error) && error['code'] === 'EEXIT') {
    return { exit: oclifExit(error) ?? 0, message: null }
  }
  if (isConfigError(error)) return { exit: 2, message: error.message }
  // A daemon or a database that cannot now, and may be able to later.
  if (isProviderError(error)) return { exit: error.retryable ? 1 : 2, message: error.message }
  const exit = oclifExit(error)
  if (exit !== undefined) return { exit, message: usage(messageOf(error)) }
  const stack = o.debug === true && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  const more = stack || '\nThis is a fault of Portaria. PORTARIA_DEBUG=1 shows where.'
  return { exit: 1, message: `unexpected error: ${messageOf(error)}${more}` }
}

/** oclif names commands with colons, and does not always say what to do next. */
function usage(message: string): string {
  const [, command] = /^command (\S+) not found$/.exec(message) ?? []
  const text = command === undefined ? message : `no such command: ${command.replaceAll(':', ' ')}`
  return text.includes('--help') ? text : `${text}\nSee more with --help`
}
