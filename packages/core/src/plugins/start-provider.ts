import type { Providers } from '../plugin.ts'
import type { SpokenKind } from '../providers/tap.ts'
import { withTimeout } from '../providers/with-timeout.ts'
import { within } from '../within.ts'
import { asLast } from './compose-providers.ts'
import { loadPlugin, type LoadPluginsOptions } from './load-plugin.ts'
import { dispose, makeProvider } from './make-provider.ts'

/** A provider that takes longer to close is left behind. */
const closeLimitMs = 2_000

/** Disposing ends it, and everything that its plugin keeps open for it. */
export type StartedProvider<K extends SpokenKind> = AsyncDisposable & {
  readonly provider: Providers[K]
}

/**
 * One provider alone, for who wants the truth about it: with the time limits that a last one has on a call, and without
 * stand-in, breaker, cache and limits of concurrency. Throws ConfigError, or the signal's reason.
 */
export async function startProvider<K extends SpokenKind>(
  kind: K,
  name: string,
  o: LoadPluginsOptions,
): Promise<StartedProvider<K>> {
  const over = new AbortController()
  const options = { ...o, signal: AbortSignal.any([o.signal, over.signal]) }
  try {
    const made = await makeProvider(kind, await loadPlugin(name, options), options)
    return {
      provider: withTimeout(kind, made, { ...asLast[kind], name }),
      async [Symbol.asyncDispose]() {
        over.abort(new Error('the provider is not needed any more'))
        await within(dispose(made, o.log), closeLimitMs)
      },
    }
  } catch (error) {
    over.abort(error)
    throw error
  }
}
