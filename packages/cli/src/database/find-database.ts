import { resolve } from 'node:path'
import { ConfigError } from '@portaria/core/errors'
import { loadPlugin } from '@portaria/core/plugins/load-plugin'
import { type Target, targetOf } from '@portaria/plugin-postgres/connection/target'
import type { Options } from '@portaria/plugin-postgres/options'
import { type LoadedSettings, loadSettings } from '../load-settings.ts'
import { createResolve, pluginFolders } from '../resolve-plugin.ts'
import { findRunning } from '../run-file.ts'
import { warningsLog } from './warnings-log.ts'

/** What the user says of the database; undefined where nothing was said. */
export type DatabaseWanted = {
  readonly config: string | undefined
  readonly dataDir: string | undefined
  readonly ramais: string | undefined
  /** Working directory. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export type FoundDatabase = { readonly target: Target; readonly channel: string }

async function optionsIn({ settings, folder }: LoadedSettings, url?: string): Promise<Options> {
  const written = settings.plugins['postgres'] ?? {}
  const postgres = url === undefined ? written : { ...written, embedded: false, url }
  const { options } = await loadPlugin('postgres', {
    settings: { ...settings, plugins: { postgres } },
    resolve: createResolve(pluginFolders(folder)),
    log: warningsLog,
    signal: new AbortController().signal,
    dataDir: settings.dataDir,
  })
  // Checked by the plugin's own schema.
  return options as Options
}

function noDatabase({ settings }: LoadedSettings): ConfigError {
  const { ramais, dataDir } = settings
  if (ramais === 'embedded') {
    return new ConfigError(
      `the database of ${dataDir} runs only while its daemon does, and none does: start it with portaria serve, or name another --data-dir`,
    )
  }
  const from = ramais === 'file' ? 'a file' : `the plugin ${ramais}`
  return new ConfigError(
    `ramais come from ${from} here, there is no database: set DATABASE_URL or DB_HOST, or say --ramais postgres`,
  )
}

/**
 * The database of these settings: the one that they name, or that of the daemon that runs on the data folder. Throws
 * ConfigError.
 */
export async function databaseOf(loaded: LoadedSettings, folder: string): Promise<FoundDatabase> {
  const { settings } = loaded
  const running =
    settings.ramais === 'postgres' ? null : await findRunning(resolve(folder, settings.dataDir))
  const url = running?.database_url ?? undefined
  if (settings.ramais !== 'postgres' && url === undefined) throw noDatabase(loaded)
  const options = await optionsIn(loaded, url)
  return { target: await targetOf(options, warningsLog), channel: options.channel }
}

/** As `databaseOf`, from what was typed. */
export async function findDatabase(o: DatabaseWanted): Promise<FoundDatabase> {
  const { config, dataDir, ramais, folder, env } = o
  const loaded = await loadSettings({ flags: { config, dataDir, ramais }, folder, env })
  return databaseOf(loaded, folder)
}
