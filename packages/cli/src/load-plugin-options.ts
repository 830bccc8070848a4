import type { Config, Settings } from '@portaria/core/config/config'
import { type Log, silentLog } from '@portaria/core/log'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import { loadSettings } from './load-settings.ts'
import { createResolve, pluginFolders } from './resolve-plugin.ts'

/** Where a command was called, and the flags that say which settings it means. */
export type Called = {
  readonly config: string | undefined
  readonly dataDir: string | undefined
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What loading plugins takes, by the settings that `serve` would have here. Throws ConfigError. */
export async function loadPluginOptions(
  called: Called,
  o: {
    choose?: Pick<Config, 'stt' | 'tts' | 'dialogue'>
    log?: Log
    signal: AbortSignal
  },
): Promise<LoadPluginsOptions> {
  const { config, dataDir, folder, env } = called
  const loaded = await loadSettings({
    flags: { config, dataDir },
    folder,
    env,
    ...(o.choose === undefined ? {} : { choose: o.choose }),
  })
  // Speech and dialogue are all that these commands use: no database, no dialer.
  const settings: Settings = { ...loaded.settings, directory: null, dialer: null, ramais: 'file' }
  return {
    settings,
    resolve: createResolve(pluginFolders(loaded.folder)),
    log: o.log ?? silentLog,
    signal: o.signal,
    dataDir: settings.dataDir,
  }
}
