import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { basename } from 'node:path'
import { whyChosen } from '@portaria/core/config/choose-providers'
import type { Settings } from '@portaria/core/config/config'
import { ConfigError, isConfigError, messageOf } from '@portaria/core/errors'
import { importPlugin } from './import-plugin.ts'
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
  /** Why, for each kind. */
  readonly why: Partial<Record<Kind, string>>
}

/** Ours; listed when they are installed, also while nothing uses them. */
const ours = ['ai-http', 'avr', 'azure', 'espeak', 'openai', 'postgres', 'rules', 'sherpa']

function versionOf(plugin: Record<string, unknown>, url: string): string | null {
  if (typeof plugin['version'] === 'string') return plugin['version']
  // For a file outside any package Node names the file itself.
  const path = findPackageJSON(url)
  if (path === undefined || basename(path) !== 'package.json') return null
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : null
}

/** The plugins that the settings name for a kind; none: core's own, or nobody. */
function namedFor(kind: Kind, settings: Settings): readonly string[] {
  if (kind === 'handOver' || (kind === 'ramais' && settings.ramais === 'file')) return []
  if (kind === 'ramais') return [settings.ramais === 'embedded' ? 'postgres' : settings.ramais]
  if (kind === 'directory' || kind === 'dialer') return [settings[kind] ?? []].flat()
  return settings[kind]
}

function whyFor(kind: Kind, name: string, settings: Settings): string {
  if (kind === 'ramais') return `ramais: ${settings.ramais}`
  const spoken = kind === 'stt' || kind === 'tts' || kind === 'dialogue'
  return spoken ? whyChosen(kind, name, settings) : 'configuration'
}

function activity(name: string, settings: Settings): Pick<ListedPlugin, 'active' | 'why'> {
  const active = kinds.filter((kind) => namedFor(kind, settings).includes(name))
  const why = Object.fromEntries(active.map((kind) => [kind, whyFor(kind, name, settings)]))
  return { active, why }
}

type Described = Pick<ListedPlugin, 'name' | 'version' | 'provides'>

async function load(name: string, url: string): Promise<unknown> {
  try {
    return await importPlugin(url)
  } catch (error) {
    throw new ConfigError(
      `plugin ${name} (${url}) cannot be loaded: ${messageOf(error)}. Mend it, or ask its author`,
      { cause: error },
    )
  }
}

/** Loads the module, and looks only at its shape: nothing is started. */
async function describe(name: string, folders: PluginFolders): Promise<Described> {
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

async function installed(name: string, folders: PluginFolders): Promise<Described | null> {
  try {
    return await describe(name, folders)
  } catch (error) {
    if (isConfigError(error)) return null
    throw error
  }
}

/** The plugins that the settings name, then the others of ours. Throws ConfigError for one that is missing. */
export async function listPlugins(
  o: Parameters<typeof loadSettings>[0],
): Promise<readonly ListedPlugin[]> {
  const { settings, folder } = await loadSettings(o)
  const folders = pluginFolders(folder)
  const wanted = [...new Set(kinds.flatMap((kind) => namedFor(kind, settings)))]
  const listed: ListedPlugin[] = []
  for (const name of wanted) {
    listed.push({ ...(await describe(name, folders)), ...activity(name, settings) })
  }
  for (const name of ours.filter((each) => !wanted.includes(each))) {
    const plugin = await installed(name, folders)
    if (plugin) listed.push({ ...plugin, active: [], why: {} })
  }
  return listed
}
