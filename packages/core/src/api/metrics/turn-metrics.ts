import { Counter, Histogram } from 'prom-client'
import type { SpokenKind } from '../../providers/tap.ts'
import type { TurnView } from '../../status.ts'
import type { MetricsPlace } from './metrics-place.ts'

/** Condomínios that have series of their own, in the order in which somebody first spoke there; the rest is `other`. */
export const mostCondominiums = 1_000

const kinds = ['stt', 'tts', 'dialogue'] as const satisfies readonly SpokenKind[]
const speculations = ['kept', 'dropped'] as const satisfies readonly TurnView['speculation'][]
const rescues = ['keypad', 'human'] as const satisfies readonly TurnView['rescue'][]

/** 10 ms to 10 s: finer where a visitor begins to wonder whether anybody is there. */
const phaseBuckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10]
const condominiumBuckets = [0.5, 1, 2, 4, 8]

/** The phases of a turn, and who made them: Portaria itself hears the end, and the whole is everybody's. */
function phasesOf(turn: TurnView): readonly (readonly [string, number | null, string])[] {
  const by = (kind: SpokenKind): string => turn.providers[kind] ?? 'none'
  return [
    ['endpoint', turn.endpoint_ms, 'portaria'],
    ['transcript', turn.transcript_ms, by('stt')],
    ['reply', turn.reply_ms, by('dialogue')],
    ['speech', turn.speech_ms, by('tts')],
    ['audible', turn.audible_ms, 'portaria'],
  ]
}

/** What counts where `is` holds, 0 or 1: so that every series is there from a condomínio's first turn on. */
function oneIf(is: boolean): number {
  return is ? 1 : 0
}

function condominiumLabels(): (id: number) => string {
  const known = new Set<number>()
  return (id) => {
    if (known.size < mostCondominiums) known.add(id)
    return known.has(id) ? String(id) : 'other'
  }
}

function addHistograms({ registers }: MetricsPlace) {
  const phases = new Histogram({
    name: 'portaria_turn_seconds',
    help: 'How long each phase of a turn took, by who made it; portaria for endpoint and for the whole, which is audible.',
    labelNames: ['phase', 'provider'],
    buckets: phaseBuckets,
    registers,
  })
  const audible = new Histogram({
    name: 'portaria_turn_audible_seconds',
    help: `From the end of a turn to the first sound of its reply, by condomínio; of the first ${mostCondominiums} each.`,
    labelNames: ['condominio'],
    buckets: condominiumBuckets,
    registers,
  })
  return (turn: TurnView, condominio: string): void => {
    for (const [phase, ms, provider] of phasesOf(turn)) {
      if (ms !== null) phases.observe({ phase, provider }, ms / 1000)
    }
    if (turn.audible_ms !== null) audible.observe({ condominio }, turn.audible_ms / 1000)
  }
}

function addCounters({ registers }: MetricsPlace) {
  const counter = <Label extends string>(name: string, help: string, ...labels: Label[]) =>
    new Counter({
      name: `portaria_turn_${name}_total`,
      help,
      labelNames: [...labels, 'provider', 'condominio'],
      registers,
    })
  const fillers = counter('fillers', 'Fillers said while a dialogue was slow.')
  const bargeIns = counter('barge_ins', 'Replies that were interrupted, by whose voice.')
  const falseStarts = counter('false_starts', 'Noises that paused a reply, by whose voice.')
  const merged = counter('merged', 'What was said in pieces and answered together, by who heard.')
  const speculated = counter('speculations', 'Replies begun before the turn was over.', 'result')
  const rescued = counter('rescues', 'Turns that nobody could reply to, by what was left.', 'by')
  const fallbacks = counter('fallbacks', 'Turns in which another stood in, by who did.', 'kind')

  return (turn: TurnView, condominio: string): void => {
    const by = (kind: SpokenKind) => ({ provider: turn.providers[kind] ?? 'none', condominio })
    fillers.inc(by('dialogue'), turn.fillers)
    bargeIns.inc(by('tts'), oneIf(turn.barge_in))
    falseStarts.inc(by('tts'), turn.false_starts)
    merged.inc(by('stt'), turn.merged)
    for (const result of speculations) {
      speculated.inc({ ...by('dialogue'), result }, oneIf(turn.speculation === result))
    }
    for (const each of rescues) {
      rescued.inc({ ...by('dialogue'), by: each }, oneIf(turn.rescue === each))
    }
    for (const kind of kinds) {
      fallbacks.inc({ ...by(kind), kind }, oneIf(turn.fallbacks.includes(kind)))
    }
  }
}

/**
 * Turns from now on; returns the way to stop. Provider and condomínio do not cross in the histograms: 1,000 condomínios with
 * five phases and two providers each would be 170,000 series. As it is, a histogram has 17 for each phase and provider, and
 * 8 for each condomínio.
 */
export function addTurnMetrics(place: MetricsPlace): () => void {
  const observe = addHistograms(place)
  const count = addCounters(place)
  const labelOf = condominiumLabels()
  return place.daemon.events.subscribe((event) => {
    if (event.type !== 'turn') return
    const condominio = labelOf(event.condominio_id)
    observe(event.turn, condominio)
    count(event.turn, condominio)
  })
}
