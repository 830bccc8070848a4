import { keyPath } from '../config/config-problems.ts'
import { isProviderError, messageOf } from '../errors.ts'
import type { ProviderKind, Providers } from '../plugin.ts'
import type { Named } from '../providers/fall-back.ts'
import type { SpokenKind } from '../providers/tap.ts'
import { type Composer, createComposer } from './compose-providers.ts'
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

export type LoadedProviders = { readonly [K in ProviderKind]: Providers[K] | null } & {
  readonly list: readonly PluginInfo[]
} & Pick<Composer, 'health' | 'subscribe'> &
  AsyncDisposable

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
function storeOf({ ramais }: LoadPluginsOptions['settings']): string | null {
  if (ramais === 'file') return null
  return ramais === 'embedded' ? 'postgres' : ramais
}

/**
 * Loads the plugins that the settings name and makes their providers. A plugin named for two kinds
 * is loaded once; a dialer's plugin that also offers `handOver` serves it. Several plugins for speech
 * or dialogue stand in for each other, also for one whose vendor fails while it starts. Every other
 * failure is a ConfigError that names the plugin, the problem and the remedy, and leaves nothing running.
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
  const composer = createComposer({ limits: o.settings.limits, log: o.log })
  const made = new Set<unknown>()
  const active = new Map<Loaded, ProviderKind[]>()

  async function load(asked: string): Promise<Loaded> {
    const known = loaded.get(asked)
    if (known !== undefined) return known
    const fresh = await loadPlugin(asked, o)
    loaded.set(asked, fresh)
    return fresh
  }

  async function make<K extends ProviderKind>(kind: K, from: Loaded): Promise<Providers[K]> {
    const provider = await makeProvider(kind, from, o)
    made.add(provider)
    active.set(from, [...(active.get(from) ?? []), kind])
    return provider
  }

  async function makeOne<K extends ProviderKind>(
    kind: K,
    asked: string | null,
  ): Promise<Providers[K] | null> {
    return asked === null ? null : make(kind, await load(asked))
  }

  /** Those of `asked` that start, in order. What only its vendor kept from starting is left out, if others are left. */
  async function makeAll<K extends SpokenKind>(
    kind: K,
    asked: readonly string[],
  ): Promise<Named<Providers[K]>[]> {
    const started: Named<Providers[K]>[] = []
    const failures: Error[] = []
    for (const name of asked) {
      const from = await load(name)
      try {
        started.push({ name, provider: await make(kind, from) })
      } catch (error) {
        if (!(error instanceof Error) || !isProviderError(error.cause)) throw error
        failures.push(error)
      }
    }
    const [failure] = failures
    if (started.length === 0 && failure !== undefined) throw failure
    const others = started.map(({ name }) => name)
    for (const each of failures) {
      const fields = { kind, others, error: messageOf(each) }
      o.log.error(fields, 'a provider is left out until the next start')
    }
    return started
  }

  async function close(): Promise<void> {
    const last = [...made].reverse()
    made.clear()
    for (const provider of last) await dispose(provider, o.log)
  }

  try {
    const { stt, tts, dialogue, directory, dialer } = o.settings
    providers.stt = composer.compose('stt', await makeAll('stt', stt))
    providers.tts = composer.compose('tts', await makeAll('tts', tts))
    providers.dialogue = composer.compose('dialogue', await makeAll('dialogue', dialogue))
    providers.directory = await makeOne('directory', directory)
    providers.dialer = await makeOne('dialer', dialer)
    const transfers = dialer !== null && (await load(dialer)).plugin.handOver !== undefined
    providers.handOver = await makeOne('handOver', transfers ? dialer : null)
    providers.ramais = await makeOne('ramais', storeOf(o.settings))
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
  return {
    ...providers,
    list,
    health: () => composer.health(),
    subscribe: (listener) => composer.subscribe(listener),
    [Symbol.asyncDispose]: close,
  }
}
