import { readJsonFile } from '../config/read-json-file.ts'
import type { RamalStore } from '../providers/ramal-store.ts'
import { rowsOf } from './ramais-document.ts'

/**
 * Ramais in a file that people edit: `{"ramais":[…]}` or a bare list of legacy rows. No file is an empty one. Reading
 * rejects with a ConfigError, with line and column, when it is not JSON.
 */
export function createFileStore(path: string): RamalStore {
  const list = async (): Promise<readonly unknown[]> => {
    const value = await readJsonFile(path)
    return value === undefined ? [] : rowsOf(value, path)
  }
  return { place: path, url: null, list, get: list }
}
