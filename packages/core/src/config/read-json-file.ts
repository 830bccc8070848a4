import { readFile } from 'node:fs/promises'
import { parse } from '@humanwhocodes/momoa'
import { ConfigError, messageOf } from '../errors.ts'

/**
 * Where a text stops being JSON, and what is wrong there; null when momoa, unlike V8, accepts it.
 */
function placeOf(text: string): { line: number; column: number; why: string } | null {
  try {
    parse(text, { mode: 'json' })
    return null
  } catch (error) {
    const at = error as { line?: unknown; column?: unknown }
    if (typeof at.line !== 'number' || typeof at.column !== 'number') return null
    const why = messageOf(error).replace(/\s*\(\d+:\d+\)\s*$/, '')
    return { line: at.line, column: at.column, why }
  }
}

/** `source` names the text in the message. Throws ConfigError with line and column. */
export function parseJson(text: string, source: string): unknown {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (bare.trim() === '')
    throw new ConfigError(`${source} is empty: write JSON into it, or remove it`)
  try {
    return JSON.parse(bare) as unknown
  } catch (error) {
    const place = placeOf(bare)
    const where = place === null ? source : `${source}:${place.line}:${place.column}`
    const why = place === null ? messageOf(error) : place.why
    throw new ConfigError(
      `${where}: not JSON: ${why}. Mend it there (a comma too many or missing, quotes, a bracket not closed, a comment)`,
      { cause: error },
    )
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new ConfigError(`${path} is not UTF-8 text: save it again with the encoding UTF-8`, {
      cause: error,
    })
  }
}

/** The value in a JSON file, or `undefined` when there is no such file. Throws ConfigError. */
export async function readJsonFile(path: string): Promise<unknown> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw new ConfigError(
      `cannot read ${path}: ${messageOf(error)}. Make it a file that this user may read, or remove it`,
      { cause: error },
    )
  }
  return parseJson(decode(bytes, path), path)
}
