import { keyPath } from '../config/config-problems.ts'
import type { Settings } from '../config/config.ts'
import { ConfigError, isConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Plugin } from '../plugin.ts'
import { asPlugin } from './plugin-shape.ts'

export type LoadPluginsOptions = {
  settings: Settings
  /** Imports a plugin by the name in the settings; gives its module, or the plugin itself. */
  resolve: (name: string) => Promise<unknown>
  log: Log
  signal: AbortSignal
  dataDir: string
}

/** What one configured name stands for, with its options checked. */
export type Loaded = { readonly asked: string; readonly plugin: Plugin; readonly options: unknown }

async function resolved(asked: string, o: LoadPluginsOptions): Promise<Plugin> {
  let module: unknown
  try {
    module = await o.resolve(asked)
  } catch (error) {
    if (isConfigError(error)) throw error
    throw new ConfigError(
      `plugin "${asked}" failed while it was loaded: ${messageOf(error)}. Mend or update the plugin, or name another in the settings`,
      { cause: error },
    )
  }
  if (module !== undefined && module !== null) return asPlugin(module, asked)
  throw new ConfigError(
    `plugin "${asked}" is not installed: npm install portaria-plugin-${asked}, or name another in the settings`,
  )
}

async function validated(plugin: Plugin, given: unknown, asked: string) {
  try {
    return await plugin.options['~standard'].validate(given)
  } catch (error) {
    throw new ConfigError(
      `plugin "${asked}" failed while it checked its options: ${messageOf(error)}. Correct them in the configuration, or update the plugin`,
      { cause: error },
    )
  }
}

async function checkedOptions(plugin: Plugin, asked: string, o: LoadPluginsOptions) {
  const key = Object.hasOwn(o.settings.plugins, asked) ? asked : plugin.name
  const given = o.settings.plugins[key] ?? {}
  const result = await validated(plugin, given, asked)
  if (result.issues === undefined) return result.value
  const lines = result.issues.map((issue) => {
    const path = issue.path?.map((part) => (typeof part === 'object' ? part.key : part)) ?? []
    return `  ${keyPath(['plugins', key, ...path])}: ${issue.message}`
  })
  throw new ConfigError(
    `plugin "${asked}" refuses its options; change them in the configuration:\n${lines.join('\n')}`,
  )
}

/**
 * Imports the plugin that the settings call `asked`, and checks its shape and its options. Throws
 * ConfigError.
 */
export async function loadPlugin(asked: string, o: LoadPluginsOptions): Promise<Loaded> {
  const plugin = await resolved(asked, o)
  return { asked, plugin, options: await checkedOptions(plugin, asked, o) }
}
