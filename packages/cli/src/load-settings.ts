import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Config, Settings } from '@portaria/core/config/config'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { SettingsFlags } from '@portaria/core/config/settings-from'

export type LoadedSettings = {
  readonly settings: Settings
  /** Lines to say once at start. */
  readonly notices: readonly string[]
  /** Where plugins are looked for first: the configuration's folder, or the working directory. */
  readonly folder: string
  /** The configuration file, if there is one. */
  readonly file: string | null
}

type Env = Readonly<Record<string, string | undefined>>

/** `.env` of a folder under the real environment, which it never overwrites. */
function environment(folder: string, real: Env): Env {
  const path = join(folder, '.env')
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...real }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return real
    throw new ConfigError(
      `cannot read ${path}: ${messageOf(error)}. Make it a file that this user may read, or remove it`,
      { cause: error },
    )
  }
}

/** Flags, then environment and `.env`, then portaria.config, then defaults. Throws ConfigError. */
export async function loadSettings(o: {
  flags: SettingsFlags & { config?: string | undefined }
  folder: string
  env: Env
  /** Instead of those that the configuration chooses; their options are found as for those. */
  choose?: Pick<Config, 'stt' | 'tts' | 'dialogue'>
}): Promise<LoadedSettings> {
  const [{ findConfigFile }, { loadConfigFile }, { settingsFrom }] = await Promise.all([
    import('@portaria/core/config/find-config-file'),
    import('@portaria/core/config/load-config-file'),
    import('@portaria/core/config/settings-from'),
  ])
  const named = o.flags.config
  const file = named === undefined ? await findConfigFile(o.folder) : resolve(o.folder, named)
  const written = file === null ? {} : await loadConfigFile(file)
  const config = { ...written, ...o.choose }
  const from = settingsFrom({ flags: o.flags, env: environment(o.folder, o.env), config })
  return { ...from, file, folder: file === null ? o.folder : dirname(file) }
}
