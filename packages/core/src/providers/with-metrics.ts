import { type Clock, monotonic } from '../clock.ts'
import { isProviderError, messageOf } from '../errors.ts'
import type { Providers } from '../plugin.ts'
import { type Operation, type Outcome, type SpokenKind, tap } from './tap.ts'

/** One use of a provider that is over. */
export type ProviderUse = {
  readonly kind: SpokenKind
  readonly provider: string
  readonly operation: Operation
  readonly outcome: Outcome['type']
  /** From the beginning to the first sound, word or part; null where none came. */
  readonly firstMs: number | null
  readonly totalMs: number
  /** Of a failed use. */
  readonly error: string | null
  /** It failed by an answer that stays the same, such as a refused key; absent: it did not. */
  readonly refused?: true
}

/** Tells each use of a provider when it is over. `onUse` is synchronous and must not throw. */
export function withMetrics<K extends SpokenKind>(
  kind: K,
  provider: Providers[K],
  o: { readonly name: string; readonly onUse: (use: ProviderUse) => void; readonly clock?: Clock },
): Providers[K] {
  const { clock = monotonic } = o
  return tap(kind, provider, (operation) => {
    const startedMs = clock()
    let firstMs: number | null = null
    return {
      first() {
        firstMs ??= clock() - startedMs
      },
      end(outcome) {
        o.onUse({
          kind,
          provider: o.name,
          operation,
          outcome: outcome.type,
          firstMs,
          totalMs: clock() - startedMs,
          error: outcome.type === 'failed' ? messageOf(outcome.error) : null,
          ...(isRefusal(outcome) ? { refused: true } : {}),
        })
      },
    }
  })
}

function isRefusal(outcome: Outcome): boolean {
  return outcome.type === 'failed' && isProviderError(outcome.error) && !outcome.error.retryable
}
