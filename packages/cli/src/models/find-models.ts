import { resolve } from 'node:path'
import { modelsPlace } from '@portaria/plugin-sherpa/models'
import { loadSettings } from '../load-settings.ts'
import type { modelsFlags } from './models-flags.ts'

export type ModelsPlace = { readonly modelsDir: string; readonly modelsUrl: string }

/** Flags, then PORTARIA_MODELS_URL, then plugins.sherpa of the configuration, then defaults. Throws ConfigError. */
export async function findModels(o: {
  flags: { readonly [K in keyof typeof modelsFlags]: string | undefined } & {
    url?: string | undefined
  }
  folder: string
  env: Readonly<Record<string, string | undefined>>
}): Promise<ModelsPlace> {
  const { config, url } = o.flags
  const flags = { config, dataDir: o.flags['data-dir'] }
  const { settings } = await loadSettings({ flags, folder: o.folder, env: o.env })
  const { dataDir, plugins } = settings
  const place = modelsPlace(plugins['sherpa'], { dataDir })
  const modelsDir = resolve(o.folder, o.flags['models-dir'] ?? place.modelsDir)
  return { modelsDir, modelsUrl: url ?? (o.env['PORTARIA_MODELS_URL'] || place.modelsUrl) }
}
