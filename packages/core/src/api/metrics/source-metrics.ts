import { Counter, Gauge } from 'prom-client'
import type { SourceStatus } from '../../status.ts'
import { isOf, setEach } from './gauge-values.ts'
import type { MetricsPlace } from './metrics-place.ts'

const links = ['none', 'live', 'polling', 'lost'] as const satisfies readonly SourceStatus['link'][]
const servings = [
  'source',
  'last-good',
  'compatibility',
] as const satisfies readonly SourceStatus['serving'][]
const hintKinds = ['changed', 'doubt', 'ignored'] as const

function secondsOf(time: string): number {
  return Date.parse(time) / 1000
}

/** The source of the ramais and the link to it. */
export function addSourceMetrics({ registers, daemon }: MetricsPlace): void {
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
