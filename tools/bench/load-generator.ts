import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const load = join(import.meta.dirname, '..', 'load')

/** What to say where the load tools, which are C, cannot be compiled. */
export const withoutCompiler =
  'there is no gcc, and the load generator (tools/load/callgen.c) is C. apt-get install gcc libc6-dev'

export function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Compiles `tools/load/<name>.c` into the folder. Returns the program's path. */
export function compile(folder: string, name: string): string {
  const binary = join(folder, name)
  const source = join(load, `${name}.c`)
  const gcc = spawnSync('gcc', ['-O2', '-o', binary, source, '-lm'], { encoding: 'utf8' })
  if (gcc.status !== 0) throw new Error(`gcc cannot compile ${source}:\n${gcc.stderr}`)
  return binary
}
