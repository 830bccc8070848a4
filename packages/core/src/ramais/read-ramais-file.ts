import { readJsonFile } from '../config/read-json-file.ts'
import { checkRamais } from './check-ramais.ts'
import { rowsOf } from './ramais-document.ts'
import { compatibilityRamal, type RamalRows } from './ramal.ts'

/**
 * Reads `ramais_config.json`: `{"ramais":[…]}` or a bare list of legacy rows. Returns null when
 * there is no such file. Throws ConfigError, with line and column, when it is not JSON.
 */
export async function readRamaisFile(path: string): Promise<RamalRows | null> {
  const value = await readJsonFile(path)
  return value === undefined ? null : checkRamais(rowsOf(value, path))
}

/**
 * The ramais to serve: the file's, or the compatibility pair when the file is absent or lists none
 * (said in `notices`). A file with bad rows only serves none: its rows are shown with their reasons
 * instead.
 */
export async function loadRamais(
  path: string,
): Promise<RamalRows & { readonly notices: readonly string[] }> {
  const rows = await readRamaisFile(path)
  if (rows !== null && (rows.ramais.length > 0 || rows.invalid.length > 0)) {
    return { ...rows, notices: [] }
  }
  const { ramal_ia, ramal_retorno, porta_ia, porta_retorno } = compatibilityRamal
  const why = rows === null ? `there is no ${path}` : `${path} lists no ramal`
  return {
    ramais: [compatibilityRamal],
    invalid: [],
    notices: [
      `${why}: serving the compatibility pair, ramal ${ramal_ia} on port ${porta_ia} and ${ramal_retorno} on port ${porta_retorno}`,
    ],
  }
}
