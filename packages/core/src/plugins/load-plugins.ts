import { keyPath } from '../config/config-problems.ts'
import type { ProviderKind, Providers } from '../plugin.ts'
import { type Loaded, loadPlugin, type LoadPluginsOptions } from './load-plugin.ts'
import { dispose, makeProvider } from './make-provider.ts'
import { providerKinds } from './plugin-shape.ts'

/** A plugin that the settings name: the kinds of provider that it offers, and those in use. */
export type PluginInfo = {
  readonly name: string
  readonly version: string | null
  readonly kinds: readonly ProviderKind[]
  readonly active: readonly ProviderKind[]
}

type Asked = Exclude<ProviderKind, 'handOver'>

export type LoadedProviders = { readonly [K in ProviderKind]: Providers[K] | null } & {
  readonly list: readonly PluginInfo[]
} & AsyncDisposable

function warnOfStrayOptions(loaded: ReadonlyMap<string, Loaded>, o: LoadPluginsOptions): void {
  const used = new Set([...loaded].flatMap(([asked, { plugin }]) => [asked, plugin.name]))
  for (const name of Object.keys(o.settings.plugins).filter((each) => !used.has(each))) {
    o.log.warn(
      { plugin: name },
      `${keyPath(['plugins', name])} holds options, but no provider in the settings uses that plugin`,
    )
  }
}

/** The file is core's own; the embedded database comes with the plugin for PostgreSQL. */
function pluginOf(settings: LoadPluginsOptions['settings'], kind: Asked): string | null {
  if (kind !== 'ramais') return settings[kind]
  if (settings.ramais === 'file') return null
  return settings.ramais === 'embedded' ? 'postgres' : settings.ramais
}

/**
 * Loads the plugins that the settings name and makes their providers. A plugin named for two kinds
 * is loaded once; a dialer's plugin that also offers `handOver` serves it. Every failure is a
 * ConfigError that names the plugin, the problem and the remedy, and leaves nothing running.
 * Disposal closes the providers in reverse order.
 */
export async function loadPlugins(o: LoadPluginsOptions): Promise<LoadedProviders> {
  const loaded = new Map<string, Loaded>()
  const providers: { [K in ProviderKind]: Providers[K] | null } = {
    stt: null,
    tts: null,
    dialogue: null,
    directory: null,
    dialer: null,
    handOver: null,
    ramais: null,
  }
  const made = new Set<unknown>()
  const active = new Map<Loaded, ProviderKind[]>()

  async function load(asked: string): Promise<Loaded> {
    const known = loaded.get(asked)
    if (known !== undefined) return known
    const fresh = await loadPlugin(asked, o)
    loaded.set(asked, fresh)
    return fresh
  }

  async function make<K extends ProviderKind>(kind: K, from: Loaded): Promise<void> {
    const provider = await makeProvider(kind, from, o)
    providers[kind] = provider
    made.add(provider)
    active.set(from, [...(active.get(from) ?? []), kind])
  }

  async function close(): Promise<void> {
    const last = [...made].reverse()
    made.clear()
    for (const provider of last) await dispose(provider, o.log)
  }

  try {
    for (const kind of ['stt', 'tts', 'dialogue', 'directory', 'dialer', 'ramais'] as const) {
      const asked = pluginOf(o.settings, kind)
      if (asked === null || asked === 'none') continue
      const from = await load(asked)
      await make(kind, from)
      if (kind === 'dialer' && from.plugin.handOver !== undefined) await make('handOver', from)
    }
  } catch (error) {
    await close()
    throw error
  }
  warnOfStrayOptions(loaded, o)
  const list = [...loaded.values()].map((each) => ({
    name: each.plugin.name,
    version: each.plugin.version ?? null,
    kinds: providerKinds.filter((kind) => each.plugin[kind] !== undefined),
    active: active.get(each) ?? [],
  }))
  return { ...providers, list, [Symbol.asyncDispose]: close }
}
