import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DaemonView, RamalState, SourceStatus } from '../status.ts'
import { addProcessMetrics } from './process-metrics.ts'

/** Ramais that have series of their own; a table may hold thousands. */
export const mostRamais = 1_000

const callStates = ['greeting', 'collecting', 'ringing', 'deciding', 'finishing'] as const
const ramalStates = [
  'ativo',
  'deslocado',
  'recusado',
  'invalido',
  'retido',
  'removendo',
] as const satisfies readonly RamalState[]
const links = ['none', 'live', 'polling', 'lost'] as const satisfies readonly SourceStatus['link'][]
const servings = [
  'source',
  'last-good',
  'compatibility',
] as const satisfies readonly SourceStatus['serving'][]
const hintKinds = ['changed', 'doubt', 'ignored'] as const
const outcomes = ['authorized', 'denied', 'abandoned', 'other'] as const

/** What Prometheus scrapes: text format 0.0.4. */
export interface Metrics extends Disposable {
  readonly contentType: string
  text(): Promise<string>
}

/** Sets one series for each of `values`, at zero too, so that none appears out of nothing. */
function setEach<Label extends string>(
  gauge: Gauge<Label>,
  label: Label,
  values: ReadonlyMap<string, number>,
): void {
  gauge.reset()
  for (const [value, count] of values) gauge.set({ [label]: value } as Record<Label, string>, count)
}

function countOf(known: readonly string[], seen: readonly string[]): Map<string, number> {
  const counts = new Map(known.map((each) => [each, 0]))
  for (const each of seen) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

function isOf(known: readonly string[], current: string): Map<string, number> {
  return new Map(known.map((each) => [each, each === current ? 1 : 0]))
}

type Where = { registers: Registry[]; daemon: DaemonView }

function addDaemonMetrics({ registers, daemon }: Where): void {
  new Gauge({
    name: 'portaria_info',
    help: 'Always 1: the version that runs.',
    labelNames: ['version'],
    registers,
    collect() {
      setEach(this, 'version', new Map([[daemon.snapshot().version, 1]]))
    },
  })
  new Gauge({
    name: 'portaria_ready',
    help: '1 while visitors are answered: not while starting or draining.',
    registers,
    collect() {
      this.set(daemon.snapshot().state === 'ready' ? 1 : 0)
    },
  })
  new Gauge({
    name: 'portaria_alarms',
    help: 'Alarms that ring now, by kind: the first word of their id.',
    labelNames: ['kind'],
    registers,
    collect() {
      const kinds = daemon.snapshot().alarms.map(({ id }) => id.split(' ')[0] ?? '')
      setEach(this, 'kind', countOf([], kinds))
    },
  })
}

function addCallMetrics({ registers, daemon }: Where): () => void {
  new Gauge({
    name: 'portaria_calls',
    help: 'Live calls by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const states = daemon.snapshot().calls.map(({ state }) => state)
      setEach(this, 'state', countOf(callStates, states))
    },
  })
  const ended = new Counter({
    name: 'portaria_calls_ended_total',
    help: 'Ended calls by outcome; other: nobody decided and nobody went away.',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of outcomes) ended.inc({ outcome }, 0)
  const seconds = new Histogram({
    name: 'portaria_call_duration_seconds',
    help: 'How long ended calls took.',
    buckets: [5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600],
    registers,
  })
  return daemon.events.subscribe((event) => {
    if (event.type !== 'call' || event.state !== 'ended') return
    const call = daemon.call(event.call_id)
    if (call === undefined) return
    const left = call.end_reason === 'abandoned' ? 'abandoned' : 'other'
    ended.inc({ outcome: call.decision?.outcome ?? left })
    const endedAt = Date.parse(call.ended_at ?? event.time)
    seconds.observe(Math.max(0, endedAt - Date.parse(call.started_at)) / 1000)
  })
}

function addRamalMetrics({ registers, daemon }: Where): void {
  new Gauge({
    name: 'portaria_ramais',
    help: 'Ramais by status.',
    labelNames: ['status'],
    registers,
    collect() {
      const states = daemon.snapshot().ramais.map(({ status }) => status)
      setEach(this, 'status', countOf(ramalStates, states))
    },
  })
  new Gauge({
    name: 'portaria_ramal_calls',
    help: `Live calls of each ramal; of the first ${mostRamais} only.`,
    labelNames: ['ramal', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { ramal_ia, status, calls } of daemon.snapshot().ramais.slice(0, mostRamais)) {
        // Two condomínios may use one number: their calls add up.
        this.inc({ ramal: ramal_ia, status }, calls)
      }
    },
  })
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000
}

function addSourceMetrics({ registers, daemon }: Where): void {
  new Gauge({
    name: 'portaria_source_link',
    help: '1 for the state that the link to the source of the ramais is in.',
    labelNames: ['state'],
    registers,
    collect() {
      setEach(this, 'state', isOf(links, daemon.snapshot().source.link))
    },
  })
  new Gauge({
    name: 'portaria_source_link_since_seconds',
    help: 'When the link came into this state, as Unix time.',
    registers,
    collect() {
      this.set(secondsOf(daemon.snapshot().source.link_since))
    },
  })
  new Gauge({
    name: 'portaria_source_serving',
    help: '1 for where the ramais that are served came from.',
    labelNames: ['from'],
    registers,
    collect() {
      setEach(this, 'from', isOf(servings, daemon.snapshot().source.serving))
    },
  })
  new Gauge({
    name: 'portaria_source_last_read_seconds',
    help: 'When the source was last read, as Unix time; absent before the first time.',
    registers,
    collect() {
      this.remove()
      const { last_read_at } = daemon.snapshot().source
      if (last_read_at !== null) this.set(secondsOf(last_read_at))
    },
  })
  new Gauge({
    name: 'portaria_source_latency_seconds',
    help: 'From the last change to its notification here; absent where notifications carry no time.',
    registers,
    collect() {
      this.remove()
      const { latency_ms } = daemon.snapshot().source
      if (typeof latency_ms === 'number') this.set(latency_ms / 1000)
    },
  })
  new Counter({
    name: 'portaria_source_hints_total',
    help: 'What the source told: changed rows, doubts, and notifications that were ignored.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset()
      const { hints } = daemon.snapshot().source
      for (const kind of hintKinds) this.inc({ kind }, hints[kind])
    },
  })
}

/** Counts from the moment that it is called; disposing stops every timer and observer of it. */
export function createMetrics(daemon: DaemonView): Metrics {
  const registry = new Registry()
  const where = { registers: [registry], daemon }
  addDaemonMetrics(where)
  const unsubscribe = addCallMetrics(where)
  addRamalMetrics(where)
  addSourceMetrics(where)
  const process = addProcessMetrics(registry)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    [Symbol.dispose]() {
      unsubscribe()
      process[Symbol.dispose]()
      registry.clear()
    },
  }
}
