import { orTimeout } from '@portaria/core/abortable'
import { monotonic } from '@portaria/core/clock'
import { isConfigError, isProviderError, messageOf } from '@portaria/core/errors'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import { startProvider } from '@portaria/core/plugins/start-provider'
import type { Providers } from '@portaria/core/plugin'
import { tenths } from '../tenths.ts'
import type { ProviderFailure, TestedKind } from './tested.ts'

export type Trial<Result> = {
  readonly ok: boolean
  readonly start_ms: number | null
  readonly result: Result | null
  readonly error: ProviderFailure | null
}

/** A plugin's own error is the cause of one that says that it could not start. */
function failureOf(error: unknown): ProviderFailure {
  const cause = error instanceof Error && isProviderError(error.cause) ? error.cause : error
  const retryable = isProviderError(cause) ? cause.retryable : !isConfigError(cause)
  return { message: messageOf(cause), retryable }
}

/**
 * Starts one provider alone and tries it once: what fails is said, and nothing is tried again. Rejects only when the
 * signal aborts. Everything that was opened is closed.
 */
export async function testProvider<K extends TestedKind, Result>(
  kind: K,
  name: string,
  o: {
    readonly plugins: LoadPluginsOptions
    readonly timeoutMs: number
    readonly attempt: (provider: Providers[K], signal: AbortSignal) => Promise<Result>
  },
): Promise<Trial<Result>> {
  const { signal: caller } = o.plugins
  const over = new AbortController()
  const signal = AbortSignal.any([caller, over.signal])
  const startedMs = monotonic()
  let start_ms: number | null = null
  const work = async (): Promise<Result> => {
    await using started = await startProvider(kind, name, { ...o.plugins, signal })
    start_ms = tenths(monotonic() - startedMs)
    return await o.attempt(started.provider, signal)
  }
  try {
    const what = `the whole test of ${name}`
    const result = await orTimeout(work(), { ms: o.timeoutMs, what, signal: caller })
    return { ok: true, start_ms, result, error: null }
  } catch (error) {
    caller.throwIfAborted()
    return { ok: false, start_ms, result: null, error: failureOf(error) }
  } finally {
    over.abort(new Error('the test is over'))
  }
}
