import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ConfigError } from '@portaria/core/errors'
import type { Target } from '@portaria/plugin-postgres/connection/target'

/** The URL without its password, which the list of processes would show. */
function publicUrl(url: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^:@/?]*):[^@]*@/, '$1@')
}

/** Runs the psql of this machine on the terminal. Returns its exit code. Throws ConfigError when there is none. */
export async function runPsql(target: Target, args: readonly string[]): Promise<number> {
  const password = target.password === undefined ? {} : { PGPASSWORD: target.password }
  const child = spawn('psql', [publicUrl(target.url), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...password },
  })
  // Ctrl-C is for psql, where it ends a query and not the session.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.on('error', (error) =>
    reject(
      new ConfigError(
        `psql cannot be started (${error.message}): install it (apt install postgresql-client), or open the address that portaria db url prints with any client`,
        { cause: error },
      ),
    ),
  )
  child.on('close', (code, signal) =>
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
  )
  try {
    return await promise
  } finally {
    process.off('SIGINT', ignore)
  }
}
