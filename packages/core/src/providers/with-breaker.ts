import { type Clock, monotonic } from '../clock.ts'
import { isProviderError, messageOf, ProviderError } from '../errors.ts'
import type { Providers } from '../plugin.ts'
import { type BeginUse, type SpokenKind, tap } from './tap.ts'

/**
 * `closed`: used. `open`: refused at once, so that nobody waits for a vendor that is down. `half-open`: the next one who
 * asks tries it.
 */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** A provider was not asked, because its breaker is open. */
class Refused extends ProviderError {}

export function isRefused(error: unknown): boolean {
  return error instanceof Refused
}

export type Breaker = {
  readonly state: BreakerState
  /** Failures in a row. */
  readonly failures: number
  readonly lastError: string | null
  readonly begin: BeginUse
}

export type BreakerOptions = {
  readonly name: string
  /** Failures in a row that open it. Default 3. */
  readonly failures?: number
  /** How long it stays open the first time. Default 5,000; doubled with each try that fails, up to `longestMs`. */
  readonly openMs?: number
  /** Default 60,000. */
  readonly longestMs?: number
  readonly clock?: Clock
  readonly onChange?: (state: 'closed' | 'open', why: string | null) => void
}

/**
 * Only what looks like an outage counts: an error that may be gone a moment later. A refused key or an unknown voice is
 * an answer, and comes without a wait. That a connection opens is no proof that speech is understood over it, nor is a
 * turn without words: it may have been noise.
 */
export function createBreaker(o: BreakerOptions): Breaker {
  const { clock = monotonic, failures: mostFailures = 3, longestMs = 60_000 } = o
  const firstOpenMs = o.openMs ?? 5_000
  let failures = 0
  let lastError: string | null = null
  let openMs = firstOpenMs
  /** Null: closed. */
  let openedMs: number | null = null
  let triedMs: number | null = null

  function state(): BreakerState {
    if (openedMs === null) return 'closed'
    return clock() - openedMs < openMs ? 'open' : 'half-open'
  }

  function refuse(): void {
    const now = state()
    if (now === 'closed') return
    // A try that never ended is forgotten, or nobody would ever try again.
    const trying = triedMs !== null && clock() - triedMs < openMs
    if (now === 'half-open' && !trying) {
      triedMs = clock()
      return
    }
    const why = lastError === null ? '' : `: ${lastError}`
    throw new Refused(o.name, `${o.name} is not asked for a while, it failed${why}`, {
      retryable: true,
    })
  }

  function fail(error: unknown): void {
    lastError = messageOf(error)
    failures += 1
    const before = state()
    if (before === 'closed' && failures < mostFailures) return
    if (before === 'open') return
    openMs = before === 'half-open' ? Math.min(openMs * 2, longestMs) : firstOpenMs
    openedMs = clock()
    if (before === 'closed') o.onChange?.('open', lastError)
  }

  function succeed(): void {
    failures = 0
    if (openedMs === null) return
    openedMs = null
    o.onChange?.('closed', null)
  }

  return {
    get state() {
      return state()
    },
    get failures() {
      return failures
    },
    get lastError() {
      return lastError
    },
    begin(operation) {
      refuse()
      let proven = operation !== 'open' && operation !== 'turn'
      return {
        first() {
          proven ||= operation === 'turn'
        },
        end(outcome) {
          triedMs = null
          if (outcome.type === 'ok' && proven) succeed()
          else if (outcome.type === 'failed' && looksLikeOutage(outcome.error)) fail(outcome.error)
        },
      }
    },
  }
}

function looksLikeOutage(error: unknown): boolean {
  return !isProviderError(error) || error.retryable
}

/** Refuses, without asking the provider, while its breaker is open. */
export function withBreaker<K extends SpokenKind>(
  kind: K,
  provider: Providers[K],
  breaker: Breaker,
): Providers[K] {
  return tap(kind, provider, breaker.begin)
}
