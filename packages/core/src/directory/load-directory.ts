import { readJsonFile } from '../config/read-json-file.ts'
import { ConfigError } from '../errors.ts'
import { type DirectoryEntry, parseEntry } from './parse-entry.ts'
import { sampleDirectory } from './sample-directory.ts'

/** Lines about single entries; a file of a thousand bad ones must not fill the log. */
const mostNotices = 20

function readEntries(rows: readonly unknown[], path: string) {
  const entries: DirectoryEntry[] = []
  const problems: string[] = []
  for (const [index, row] of rows.entries()) {
    const parsed = parseEntry(row)
    if ('entry' in parsed) entries.push(parsed.entry)
    else problems.push(`${path}: entry ${index + 1} is left out: ${parsed.reason}`)
  }
  const more = problems.length - mostNotices
  const notices = problems.slice(0, mostNotices)
  if (more > 0) notices.push(`${path}: ${more} more entries are left out`)
  if (rows.length === 0) {
    notices.push(`${path} holds no usable unit: nobody can be rung until it lists some`)
  }
  return { entries, notices }
}

/**
 * Reads `apartamentos.json`. Bad entries are left out, each said in `notices`; without a file the
 * built-in sample serves, said too. Throws ConfigError when the file is not a JSON list.
 */
export async function loadDirectory(
  path: string,
): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly notices: readonly string[] }> {
  const value = await readJsonFile(path)
  if (value === undefined) {
    const units = sampleDirectory.map(({ number, block }) => number + (block ? ` ${block}` : ''))
    return {
      entries: sampleDirectory,
      notices: [
        `there is no ${path}: using a built-in sample directory (units ${units.join(', ')})`,
      ],
    }
  }
  if (Array.isArray(value)) return readEntries(value as readonly unknown[], path)
  throw new ConfigError(
    `${path} must be a list: [{"apartment_number": "501", "residents": ["Daniel dos Reis"], "voip_number": "1003021"}]. ` +
      'Write the units so, or remove the file',
  )
}

/** What to say at start about entries that belong to no condomínio in particular. */
export function unboundNotices(
  entries: readonly DirectoryEntry[],
  served: readonly number[],
): readonly string[] {
  const unbound = entries.filter((entry) => entry.condominiumId === null).length
  const condominiums = new Set(served).size
  if (unbound === 0 || condominiums <= 1) return []
  return [
    `${unbound} of ${entries.length} units in the directory have no condominium_id and are not used, ` +
      `because ${condominiums} condomínios are served: write condominium_id into each`,
  ]
}
