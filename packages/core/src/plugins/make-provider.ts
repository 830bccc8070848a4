import { orTimeout } from '../abortable.ts'
import { ConfigError, isConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Factory, PluginContext, ProviderKind, Providers } from '../plugin.ts'
import type { Loaded, LoadPluginsOptions } from './load-plugin.ts'
import { providerFault, providerKinds } from './plugin-shape.ts'

type Factories = { readonly [K in ProviderKind]?: Factory<Providers[K], unknown> }

/** A factory that never settles must not leave `portaria serve` hanging without a word. */
const startLimitMs = 60_000

/** Closes a provider that has a way to be closed; a failure is logged. */
export async function dispose(provider: unknown, log: Log): Promise<void> {
  if (typeof provider !== 'object' || provider === null) return
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = provider as Partial<
    AsyncDisposable & Disposable
  >
  try {
    if (later !== undefined) await later.call(provider)
    else now?.call(provider)
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a plugin failed while it was closed')
  }
}

/**
 * Runs the plugin's factory for `kind` and checks what it returns. Throws ConfigError, or the
 * signal's reason.
 */
export async function makeProvider<K extends ProviderKind>(
  kind: K,
  { asked, plugin, options }: Loaded,
  o: LoadPluginsOptions,
): Promise<Providers[K]> {
  const factories: Factories = plugin
  const factory: Factory<Providers[K], unknown> | undefined = factories[kind]
  const offers = providerKinds.filter((each) => plugin[each] !== undefined)
  if (factory === undefined) {
    throw new ConfigError(
      `plugin "${asked}" offers no ${kind} (it offers ${offers.join(', ') || 'nothing'}): name another plugin as \`${kind}\``,
    )
  }
  const context: PluginContext = {
    log: o.log.child({ plugin: plugin.name }),
    signal: o.signal,
    dataDir: o.dataDir,
  }
  const making = (async () => factory(options, context))()
  let provider: Providers[K]
  try {
    provider = await orTimeout(making, { ms: startLimitMs, what: 'it', signal: o.signal })
  } catch (error) {
    // One that still comes, too late, is not wanted any more.
    void making.then(
      (late) => dispose(late, o.log),
      () => undefined,
    )
    o.signal.throwIfAborted()
    throw new ConfigError(
      `plugin "${asked}" could not start its ${kind}: ${messageOf(error)}` +
        (isConfigError(error) ? '' : '. Mend its options or the plugin, or name another'),
      { cause: error },
    )
  }
  const fault = providerFault(kind, provider)
  if (fault === null) return provider
  await dispose(provider, o.log)
  throw new ConfigError(
    `plugin "${asked}": its ${kind} factory ${fault}. Update the plugin, or name another`,
  )
}
