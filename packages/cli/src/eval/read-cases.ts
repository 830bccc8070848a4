import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError, isConfigError, messageOf } from '@portaria/core/errors'
import { textLines } from '../text-lines.ts'
import { readShortSound } from '../probe/read-short-sound.ts'
import { type Case, parseCase } from './parse-case.ts'

/** Enough for 100,000 lines; what is larger is no list of cases. */
const mostBytes = 64 * 1024 * 1024

export type BadLine = { readonly line: number; readonly message: string }

export type Cases = { readonly cases: readonly Case[]; readonly bad: readonly BadLine[] }

async function linesOf(path: string): Promise<string[]> {
  try {
    await using file = await open(path)
    const about = await file.stat()
    if (!about.isFile()) throw new ConfigError(`${path} is no file: give a file of JSON lines`)
    if (about.size > mostBytes) {
      throw new ConfigError(`${path} has more than ${mostBytes / 1_048_576} MiB: split it`)
    }
    const lines: string[] = []
    for await (const some of textLines(file.createReadStream())) lines.push(...some)
    return lines
  } catch (error) {
    if (isConfigError(error)) throw error
    throw new ConfigError(`cannot read ${path}: ${messageOf(error)}. Correct the path`, {
      cause: error,
    })
  }
}

/**
 * The cases of a file of JSON lines, and what is wrong with the other lines; blank ones are skipped. Paths of
 * recordings are relative to the file. Throws ConfigError where there is no file, or no line that can be used.
 */
export async function readCases(path: string): Promise<Cases> {
  const cases: Case[] = []
  const bad: BadLine[] = []
  for (const [n, text] of (await linesOf(path)).entries()) {
    if (text.trim() === '') continue
    try {
      const parsed = parseCase(text, n + 1)
      cases.push(parsed.wav === null ? parsed : await withPath(parsed, parsed.wav, path))
    } catch (error) {
      if (!isConfigError(error)) throw error
      bad.push({ line: n + 1, message: error.message })
    }
  }
  if (cases.length > 0) return { cases, bad }
  const [first] = bad
  const why = first === undefined ? 'it is empty' : `line ${first.line}: ${first.message}`
  throw new ConfigError(`${path} holds no line that can be used: ${why}`)
}

/** Reads the recording once, so that one that cannot be used is named before anything is tried. */
async function withPath(parsed: Case, wav: string, file: string): Promise<Case> {
  const path = resolve(dirname(file), wav)
  await readShortSound(path)
  return { ...parsed, wav: path }
}
