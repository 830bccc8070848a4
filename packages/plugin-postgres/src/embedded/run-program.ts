import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Another user of this machine; empty: the user of this process. */
export type RunAs = { readonly uid?: number; readonly gid?: number }

/** Nothing of the daemon's environment: its PG* variables are meant for other servers. */
export const programEnv: NodeJS.ProcessEnv = { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

/** Runs a program to its end with `input` on its standard input. Rejects with what it said when it fails. */
export async function runProgram(
  file: string,
  args: readonly string[],
  o: { runAs?: RunAs; input?: string; signal: AbortSignal },
): Promise<void> {
  const running = run(file, args, {
    ...o.runAs,
    // The folder of this process may be closed to the other user.
    cwd: '/',
    env: programEnv,
    signal: o.signal,
    maxBuffer: 16 * 2 ** 20,
  })
  // A program that ends before it has read everything says why itself.
  running.child.stdin?.on('error', () => undefined)
  running.child.stdin?.end(o.input ?? '')
  try {
    await running
  } catch (error) {
    o.signal.throwIfAborted()
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const said = `${stdout}${stderr}`.trim()
    throw new Error(said === '' ? String(error) : said, { cause: error })
  }
}

/** Whether a user may enter all folders on the way to `path`, and use what is there (`x`). */
export async function reaches(
  path: string,
  o: { runAs: RunAs; signal: AbortSignal },
): Promise<boolean> {
  try {
    await runProgram('/bin/sh', ['-c', 'test -x "$0"', path], o)
    return true
  } catch {
    o.signal.throwIfAborted()
    return false
  }
}
