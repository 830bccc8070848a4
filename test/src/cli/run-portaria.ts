import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const launcher = join(import.meta.dirname, '../../../bin/portaria')

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

type RunOptions = {
  /** Working directory: settings are read there. */
  readonly cwd: string
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
}

/** Only what a shell would give: no setting of the machine that runs the tests. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), ...extra }
}

export function collect(child: ChildProcess): { stdout: () => string; stderr: () => string } {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return { stdout: () => stdout, stderr: () => stderr }
}

/** Runs one command through the launcher, to its end. */
export function runPortaria(args: readonly string[], o: RunOptions): Promise<Ran> {
  // What somebody's login remembers is no test's business.
  const env = cleanEnv({ XDG_CONFIG_HOME: join(o.cwd, '.config'), ...o.env })
  const child = spawn(launcher, args, { cwd: o.cwd, env })
  const { stdout, stderr } = collect(child)
  // A command that never reads its input closes the pipe under us.
  child.stdin.on('error', () => undefined)
  child.stdin.end(o.input)
  const { promise, resolve, reject } = Promise.withResolvers<Ran>()
  child.on('error', reject)
  child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }))
  return promise
}

/**
 * A folder of its own for a command. Others may look in: run by root, the embedded database is another user's, and would
 * keep its data where nobody removes it.
 */
export async function ownFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'portaria-story-'))
  await chmod(path, 0o755)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
