import { messageOf } from '../errors.ts'
import type { Settings } from '../config/config.ts'
import type { Log } from '../log.ts'
import type { Providers } from '../plugin.ts'
import type { FallenBack, Named } from '../providers/fall-back.ts'
import { createKeypadDialogue } from '../providers/keypad-dialogue.ts'
import { createLimiter } from '../providers/limit-concurrency.ts'
import { limitStt } from '../providers/limit-stt.ts'
import { limitTts } from '../providers/limit-tts.ts'
import type { SpokenKind } from '../providers/tap.ts'
import {
  type Breaker,
  type BreakerState,
  createBreaker,
  isRefused,
  withBreaker,
} from '../providers/with-breaker.ts'
import { withDialogueFallback } from '../providers/with-dialogue-fallback.ts'
import { type ProviderUse, withMetrics } from '../providers/with-metrics.ts'
import { withSttFallback } from '../providers/with-stt-fallback.ts'
import { type TimeLimits, withTimeout } from '../providers/with-timeout.ts'
import { withTranscriptWatch } from '../providers/with-transcript-watch.ts'
import { withTtsFallback } from '../providers/with-tts-fallback.ts'

/** While another stands behind: a turn has 8 s in all, and its visitor waits. */
const withAnother: TimeLimits = {
  stt: { openMs: 2_000, finalMs: 2_500 },
  tts: { firstMs: 2_500, nextMs: 2_000, totalMs: 30_000 },
  dialogue: { openMs: 3_000, firstMs: 5_000, nextMs: 2_500, totalMs: 7_000 },
}
/** The last one may take as long as core waits at all. */
export const asLast: TimeLimits = {
  stt: { openMs: 8_000, finalMs: 5_000 },
  tts: { firstMs: 8_000, nextMs: 8_000, totalMs: 60_000 },
  // Behind it stands the keypad, which must be heard before a turn's 8 s are over.
  dialogue: { openMs: 7_000, firstMs: 7_000, nextMs: 5_000, totalMs: 30_000 },
}

/** Watches over what no time limit notices; `another` stands behind. */
const watch: {
  [K in SpokenKind]: (each: Named<Providers[K]>, another: boolean) => Named<Providers[K]>
} = {
  stt: ({ name, provider }, another) => ({
    name,
    provider: withTranscriptWatch(provider, { name, another }),
  }),
  tts: (each) => each,
  dialogue: (each) => each,
}

/** How a provider of speech or dialogue does. */
export type ProviderHealth = {
  readonly kind: SpokenKind
  readonly provider: string
  readonly state: BreakerState
  /** Failures in a row. */
  readonly failures: number
  readonly lastError: string | null
}

export type ProviderEvent =
  | ({ readonly type: 'use' } & ProviderUse)
  | ({ readonly type: 'fallback'; readonly kind: SpokenKind } & FallenBack)
  /** A breaker opened, or closed again. */
  | {
      readonly type: 'breaker'
      readonly kind: SpokenKind
      readonly provider: string
      readonly state: 'open' | 'closed'
      readonly error: string | null
    }

/** Puts limits, breakers, metrics and fallbacks around the providers that the settings name. */
export interface Composer {
  /** One provider out of several, in the order in which they stand in for each other; null: there is none. */
  compose<K extends SpokenKind>(kind: K, named: readonly Named<Providers[K]>[]): Providers[K] | null
  health(): readonly ProviderHealth[]
  /** Calls back, synchronously, for each use that is over, each fallback and each breaker that changes; returns the way to stop. */
  subscribe(listener: (event: ProviderEvent) => void): () => void
}

export function createComposer(o: { limits: Settings['limits']; log: Log }): Composer {
  const { log } = o
  const breakers: { kind: SpokenKind; provider: string; breaker: Breaker }[] = []
  const listeners = new Set<(event: ProviderEvent) => void>()

  function tell(event: ProviderEvent): void {
    for (const listener of listeners) listener(event)
  }

  function breakerOf(kind: SpokenKind, provider: string): Breaker {
    const breaker = createBreaker({
      name: provider,
      onChange(state, why) {
        if (state === 'closed') log.info({ provider, kind }, 'a provider works again')
        else
          log.error({ provider, kind, error: why }, 'a provider is down: it is tried again later')
        tell({ type: 'breaker', kind, provider, state, error: why })
      },
    })
    breakers.push({ kind, provider, breaker })
    return breaker
  }

  function onFallback(kind: SpokenKind): (fallen: FallenBack) => void {
    return (fallen) => {
      const { from, to, error } = fallen
      const fields = { kind, from, to, error: messageOf(error) }
      // That it is down was said when its breaker opened.
      if (isRefused(error)) log.debug(fields, 'a provider is left out')
      else log.warn(fields, 'a provider failed: the next goes on')
      tell({ type: 'fallback', kind, ...fallen })
    }
  }

  /** Metrics are inside of the breaker: what it refuses was no use. */
  function guard<K extends SpokenKind>(
    kind: K,
    { name, provider }: Named<Providers[K]>,
    limits: TimeLimits[K],
  ): Named<Providers[K]> {
    const timed = withTimeout(kind, provider, { ...limits, name })
    const onUse = (use: ProviderUse): void => tell({ type: 'use', ...use })
    const measured = withMetrics(kind, timed, { name, onUse })
    return { name, provider: withBreaker(kind, measured, breakerOf(kind, name)) }
  }

  const join: {
    [K in SpokenKind]: (named: readonly Named<Providers[K]>[]) => Providers[K]
  } = {
    stt(named) {
      const stt = withSttFallback(named, { onFallback: onFallback('stt') })
      const max = o.limits.transcriptions
      if (max === null) return stt
      const limiter = createLimiter({ name: 'MAX_CONCURRENT_TRANSCRIPTIONS', max })
      const onBusy = (error: unknown): void =>
        log.warn({ error: messageOf(error) }, 'a turn was not transcribed')
      return limitStt(stt, limiter, { onBusy })
    },
    tts(named) {
      const tts = withTtsFallback(named, { onFallback: onFallback('tts') })
      const max = o.limits.synthesis
      if (max === null) return tts
      return limitTts(tts, createLimiter({ name: 'MAX_CONCURRENT_SYNTHESIS', max }))
    },
    dialogue(named) {
      const keypad = { name: 'keypad', provider: createKeypadDialogue() }
      return withDialogueFallback([...named, keypad], { onFallback: onFallback('dialogue') })
    },
  }

  return {
    compose(kind, named) {
      if (named.length === 0) return null
      const limitsOf = (n: number): TimeLimits => (n === named.length - 1 ? asLast : withAnother)
      const watched = named.map((each, n) => watch[kind](each, n < named.length - 1))
      return join[kind](watched.map((each, n) => guard(kind, each, limitsOf(n)[kind])))
    },
    health: () =>
      breakers.map(({ kind, provider, breaker }) => {
        const { state, failures, lastError } = breaker
        return { kind, provider, state, failures, lastError }
      }),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
