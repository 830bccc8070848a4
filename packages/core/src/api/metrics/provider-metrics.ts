import { Counter, Gauge, Histogram } from 'prom-client'
import type { ProviderHealth } from '../../plugins/compose-providers.ts'
import type { Operation, Outcome, SpokenKind } from '../../providers/tap.ts'
import type { BreakerState } from '../../providers/with-breaker.ts'
import type { MetricsPlace } from './metrics-place.ts'

const operations = {
  stt: ['open', 'turn'],
  tts: ['synthesize'],
  dialogue: ['open', 'reply'],
} as const satisfies Record<SpokenKind, readonly Operation[]>
const outcomes = ['ok', 'aborted', 'failed'] as const satisfies readonly Outcome['type'][]
const states = ['closed', 'half-open', 'open'] as const satisfies readonly BreakerState[]

const buckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10]

/** Who stands in for each, in their order. */
function standIns(health: readonly ProviderHealth[]) {
  return health.flatMap(({ kind, provider }, i) => {
    const next = health.slice(i + 1).find((each) => each.kind === kind)
    return next === undefined ? [] : [{ kind, from: provider, to: next.provider }]
  })
}

/** Uses of providers, fallbacks and breakers, from now on; returns the way to stop. */
export function addProviderMetrics({ registers, daemon }: MetricsPlace): () => void {
  const { providers } = daemon
  const uses = new Counter({
    name: 'portaria_provider_uses_total',
    help: 'Uses of a provider that are over; aborted: nobody waited any more.',
    labelNames: ['kind', 'provider', 'operation', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'portaria_provider_seconds',
    help: 'How long a provider took to its first sound, word or part, and, where it did well, to the end.',
    labelNames: ['kind', 'provider', 'operation', 'point'],
    buckets,
    registers,
  })
  const fallbacks = new Counter({
    name: 'portaria_provider_fallbacks_total',
    help: 'How often another provider went on; to none: nobody was left.',
    labelNames: ['kind', 'from', 'to'],
    registers,
  })
  new Gauge({
    name: 'portaria_breaker_state',
    help: '1 for the state that the breaker of a provider is in; open: it is not asked for a while.',
    labelNames: ['kind', 'provider', 'state'],
    registers,
    collect() {
      for (const { kind, provider, state } of providers.health()) {
        for (const each of states) this.set({ kind, provider, state: each }, each === state ? 1 : 0)
      }
    },
  })
  for (const { kind, provider } of providers.health()) {
    for (const operation of operations[kind]) {
      for (const outcome of outcomes) uses.inc({ kind, provider, operation, outcome }, 0)
    }
  }
  for (const labels of standIns(providers.health())) fallbacks.inc(labels, 0)

  return providers.subscribe((event) => {
    if (event.type === 'fallback') {
      fallbacks.inc({ kind: event.kind, from: event.from, to: event.to ?? 'none' })
    } else if (event.type === 'use') {
      const { kind, provider, operation, outcome, firstMs, totalMs } = event
      uses.inc({ kind, provider, operation, outcome })
      const who = { kind, provider, operation }
      if (firstMs !== null) seconds.observe({ ...who, point: 'first' }, firstMs / 1000)
      if (outcome === 'ok') seconds.observe({ ...who, point: 'total' }, totalMs / 1000)
    }
  })
}
