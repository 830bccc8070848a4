import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { flush, run, settings } from '@oclif/core'
import { failureOf } from './failure-of.ts'
import { isRecord } from './is-record.ts'
import { jsonLine } from './json-line.ts'
import { printableLines } from './printable.ts'

/** The CLI's own package: commands lie in `src` in the repository and in `dist` when published. */
function loadOptions(): { root: string; pjson: never } {
  const root = dirname(import.meta.dirname)
  const pjson: unknown = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  if (!isRecord(pjson) || !isRecord(pjson['oclif'])) throw new Error('package.json lacks "oclif"')
  const target = `./${basename(import.meta.dirname)}/commands`
  const oclif = { ...pjson['oclif'], commands: { strategy: 'pattern', target } }
  return { root, pjson: { ...pjson, oclif } as never }
}

function wantsJson(argv: readonly string[]): boolean {
  const rest = argv.indexOf('--')
  return (rest < 0 ? argv : argv.slice(0, rest)).includes('--json')
}

/**
 * Runs one command. Exit codes: 0 done, 1 the command's answer is no (or a bug), 2 the user can mend it.
 * Errors are one short block on standard error; with `--json` also one document on standard output.
 */
export async function main(argv: string[]): Promise<void> {
  // TypeScript is Node's own business here; oclif would look for ts-node.
  settings.enableAutoTranspile = false
  // A reader that went away (help | head) never takes the rest.
  const closed = Promise.withResolvers<void>()
  process.stdout.once('error', () => closed.resolve())
  try {
    await run(argv, loadOptions())
    await Promise.race([flush(), closed.promise])
  } catch (error) {
    const { exit, message } = failureOf(error, {
      debug: process.env['PORTARIA_DEBUG'] !== undefined,
    })
    if (message !== null) {
      process.stderr.write(`portaria: ${printableLines(message)}\n`)
      if (wantsJson(argv)) process.stdout.write(jsonLine({ error: { message, exit } }))
    }
    process.exit(exit)
  }
}
