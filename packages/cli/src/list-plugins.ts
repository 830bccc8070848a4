import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { basename } from 'node:path'
import type { Settings } from '@portaria/core/config/config'
import { ConfigError, isConfigError, messageOf } from '@portaria/core/errors'
import { isRecord } from './is-record.ts'
import { loadSettings } from './load-settings.ts'
import { locatePlugin, pluginFolders, type PluginFolders } from './resolve-plugin.ts'

const kinds = ['stt', 'tts', 'dialogue', 'directory', 'dialer', 'handOver', 'ramais'] as const

type Kind = (typeof kinds)[number]

export type ListedPlugin = {
  /** As the configuration names it. */
  readonly name: string
  readonly version: string | null
  readonly provides: Kind[]
  /** What the settings use it for. */
  readonly active: Kind[]
}

/** Come with the CLI; listed when they are installed, also while nothing uses them. */
const bundled = ['espeak', 'postgres', 'rules']

function versionOf(plugin: Record<string, unknown>, url: string): string | null {
  if (typeof plugin['version'] === 'string') return plugin['version']
  // For a file outside any package Node names the file itself.
  const path = findPackageJSON(url)
  if (path === undefined || basename(path) !== 'package.json') return null
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : null
}

/** The plugin that the settings name for a kind; null: core's own, or none. */
function namedFor(kind: Kind, settings: Settings): string | null {
  if (kind === 'handOver') return null
  if (kind !== 'ramais') return settings[kind]
  if (settings.ramais === 'file') return null
  return settings.ramais === 'embedded' ? 'postgres' : settings.ramais
}

function activeKinds(name: string, settings: Settings): Kind[] {
  return kinds.filter((kind) => namedFor(kind, settings) === name)
}

async function load(name: string, url: string): Promise<unknown> {
  try {
    return (await import(url)) as unknown
  } catch (error) {
    throw new ConfigError(
      `plugin ${name} (${url}) cannot be loaded: ${messageOf(error)}. Mend it, or ask its author`,
      { cause: error },
    )
  }
}

/** Loads the module, and looks only at its shape: nothing is started. */
async function describe(
  name: string,
  folders: PluginFolders,
): Promise<Omit<ListedPlugin, 'active'>> {
  const url = locatePlugin(name, folders)
  const loaded = await load(name, url)
  const plugin = isRecord(loaded) ? loaded['default'] : undefined
  if (!isRecord(plugin)) {
    throw new ConfigError(
      `plugin ${name} (${url}) has no default export: it must be "export default definePlugin({ … })"`,
    )
  }
  const provides = kinds.filter((kind) => typeof plugin[kind] === 'function')
  return { name, version: versionOf(plugin, url), provides }
}

async function installed(
  name: string,
  folders: PluginFolders,
): Promise<Omit<ListedPlugin, 'active'> | null> {
  try {
    return await describe(name, folders)
  } catch (error) {
    if (isConfigError(error)) return null
    throw error
  }
}

/** The plugins that the settings name, then the other bundled ones. Throws ConfigError for one that is missing. */
export async function listPlugins(
  o: Parameters<typeof loadSettings>[0],
): Promise<readonly ListedPlugin[]> {
  const { settings, folder } = await loadSettings(o)
  const folders = pluginFolders(folder)
  const named = kinds.map((kind) => namedFor(kind, settings)).filter((name) => name !== null)
  const wanted = [...new Set(named)]
  const listed: ListedPlugin[] = []
  for (const name of wanted) {
    listed.push({ ...(await describe(name, folders)), active: activeKinds(name, settings) })
  }
  for (const name of bundled.filter((each) => !wanted.includes(each))) {
    const plugin = await installed(name, folders)
    if (plugin) listed.push({ ...plugin, active: [] })
  }
  return listed
}
