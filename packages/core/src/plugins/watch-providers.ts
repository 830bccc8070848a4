import type { Alarms } from '../alarms.ts'
import { messageOf } from '../errors.ts'
import type { EventLog } from '../events.ts'
import type { SpokenKind } from '../providers/tap.ts'
import { isRefused } from '../providers/with-breaker.ts'
import type { DaemonView, ProviderStatus } from '../status.ts'
import type { ProviderEvent } from './compose-providers.ts'

/** An answer in HTML is as long as it likes. */
const longestError = 300

/** One refusal may be due to what was asked; another in a row is due to the key, the region or the voice. */
const refusalsInARow = 2

const nouns = { stt: 'recogniser', tts: 'voice', dialogue: 'dialogue' } as const
/** When no other one of the kind is left. */
const lastResorts = {
  stt: 'visitors are left with the keypad',
  tts: 'only what was said before is heard',
  dialogue: 'visitors are left with the keypad',
} as const
const flags = { stt: '--stt', tts: '--tts', dialogue: '--ai' } as const

type Known = {
  readonly kind: SpokenKind
  readonly provider: string
  downSince: string | null
  upSince: string
  /** In a row. */
  refusals: number
  /** By operation, of each whose last use failed. */
  readonly errors: Map<string, NonNullable<ProviderStatus['last_error']>>
}

/** How the providers of speech and dialogue do, for people. */
export interface ProviderWatch extends Disposable {
  /** In the order in which they stand in for each other. */
  list(): readonly ProviderStatus[]
}

/**
 * Tells what happens to providers as events, and rings while one is down (`provider-down stt azure`), or refuses
 * (`provider-refuses stt azure`).
 */
export function watchProviders(o: {
  providers: DaemonView['providers']
  events: EventLog
  alarms: Alarms
  onChange: () => void
  now?: () => Date
}): ProviderWatch {
  const now = (): string => (o.now?.() ?? new Date()).toISOString()
  const known: readonly Known[] = o.providers.health().map(({ kind, provider }) => ({
    kind,
    provider,
    downSince: null,
    upSince: now(),
    refusals: 0,
    errors: new Map(),
  }))
  const find = (kind: SpokenKind, provider: string): Known | undefined =>
    known.find((each) => each.kind === kind && each.provider === provider)

  function used(use: ProviderEvent & { type: 'use' }) {
    const { kind, provider, operation, outcome, error } = use
    const each = find(kind, provider)
    if (each === undefined || outcome === 'aborted') return
    judgeRefusals(each, use)
    const { errors } = each
    if (outcome === 'failed') errors.set(operation, { at: now(), message: short(error ?? '') })
    else if (!errors.delete(operation)) return
    o.onChange()
  }

  /** A key that is refused does not open a breaker, for the answer comes at once; a person has to mend it all the same. */
  function judgeRefusals(each: Known, { refused, error }: ProviderEvent & { type: 'use' }) {
    const alarm = `provider-refuses ${each.kind} ${each.provider}`
    if (refused === true) {
      each.refusals += 1
      if (each.refusals < refusalsInARow) return
      const why = short(error ?? '')
      o.alarms.raise(alarm, refusesMessage(each, { why, others: othersOf(each) }))
    } else {
      if (each.refusals >= refusalsInARow) o.alarms.clear(alarm)
      each.refusals = 0
    }
  }

  function broke({ kind, provider, state, error }: ProviderEvent & { type: 'breaker' }) {
    const each = find(kind, provider)
    if (each === undefined) return
    const alarm = `provider-down ${kind} ${provider}`
    const why = error === null ? null : short(error)
    if (state === 'open') {
      each.downSince = now()
      o.alarms.raise(alarm, downMessage(each, { why, others: othersOf(each) }))
    } else {
      each.downSince = null
      each.upSince = now()
      o.alarms.clear(alarm)
    }
    const change = state === 'open' ? 'down' : 'up'
    o.events.publish({ type: 'provider', kind, provider, change, error: why })
    o.onChange()
  }

  function fellBack({ kind, from, to, error }: ProviderEvent & { type: 'fallback' }) {
    // That it is down was told when its breaker opened.
    if (isRefused(error)) return
    const why = short(messageOf(error))
    const change = 'fallback'
    o.events.publish({ type: 'provider', kind, provider: from, change, to, error: why })
  }

  const othersOf = (down: Known): readonly string[] =>
    known
      .filter((each) => each.kind === down.kind && each !== down && each.downSince === null)
      .map(({ provider }) => provider)

  const stop = o.providers.subscribe((event) => {
    if (event.type === 'use') used(event)
    else if (event.type === 'breaker') broke(event)
    else fellBack(event)
  })
  return {
    list: () =>
      known.map(({ kind, provider, downSince, upSince, errors }) => ({
        kind,
        provider,
        state: downSince === null ? 'up' : 'down',
        since: downSince ?? upSince,
        last_error: [...errors.values()].toSorted((a, b) => b.at.localeCompare(a.at))[0] ?? null,
      })),
    [Symbol.dispose]: stop,
  }
}

function short(text: string): string {
  return text.length > longestError ? `${text.slice(0, longestError)}…` : text
}

function downMessage(
  { kind, provider }: Known,
  o: { why: string | null; others: readonly string[] },
): string {
  const why = o.why === null ? '' : ` (${o.why})`
  const others = standIns(kind, o.others)
  return `the ${nouns[kind]} ${provider} is down: it failed again and again${why}; ${others}. It is tried again by itself; see what it says with: portaria providers test ${flags[kind]} ${provider}`
}

function refusesMessage(
  { kind, provider }: Known,
  o: { why: string; others: readonly string[] },
): string {
  return `the ${nouns[kind]} ${provider} refuses: ${o.why}; ${standIns(kind, o.others)}. Mend what it says, and try it with: portaria providers test ${flags[kind]} ${provider}`
}

function standIns(kind: SpokenKind, others: readonly string[]): string {
  return others.length === 0 ? lastResorts[kind] : `${others.join(', ')} stands in`
}
