import type { Called } from './load-plugin-options.ts'
import { settingsFlags } from './settings-flags.ts'

/** The flags of commands that use plugins as `serve` would here, without a daemon. */
export const pluginFlags = {
  config: settingsFlags.config,
  'data-dir': settingsFlags['data-dir'],
}

/** Which settings a command means that was called here with these flags. */
export function calledWith(flags: {
  config: string | undefined
  'data-dir': string | undefined
}): Called {
  const { config, 'data-dir': dataDir } = flags
  return { config, dataDir, folder: process.cwd(), env: process.env }
}
