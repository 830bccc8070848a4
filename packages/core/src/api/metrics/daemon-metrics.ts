import { Gauge } from 'prom-client'
import { countOf, setEach } from './gauge-values.ts'
import type { MetricsPlace } from './metrics-place.ts'

/** That it runs, what runs, and what rings. */
export function addDaemonMetrics({ registers, daemon }: MetricsPlace): void {
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
