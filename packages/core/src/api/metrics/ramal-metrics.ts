import { Gauge } from 'prom-client'
import type { RamalState } from '../../status.ts'
import { countOf, setEach } from './gauge-values.ts'
import type { MetricsPlace } from './metrics-place.ts'

/** Ramais that have series of their own; a table may hold thousands. */
export const mostRamais = 1_000

const ramalStates = [
  'ativo',
  'deslocado',
  'recusado',
  'invalido',
  'retido',
  'removendo',
] as const satisfies readonly RamalState[]

/** Ramais and their live calls. */
export function addRamalMetrics({ registers, daemon }: MetricsPlace): void {
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
