import { Registry } from 'prom-client'
import { createSlices } from '../slices.ts'
import type { DaemonView } from '../status.ts'
import { addCallMetrics } from './metrics/call-metrics.ts'
import { addDaemonMetrics } from './metrics/daemon-metrics.ts'
import { addProcessMetrics } from './metrics/process-metrics.ts'
import { addProviderMetrics } from './metrics/provider-metrics.ts'
import { addRamalMetrics } from './metrics/ramal-metrics.ts'
import { addSourceMetrics } from './metrics/source-metrics.ts'
import { addTurnMetrics } from './metrics/turn-metrics.ts'

/** What Prometheus scrapes: text format 0.0.4. */
export interface Metrics extends Disposable {
  readonly contentType: string
  text(): Promise<string>
}

/** As `registry.metrics()`, but in slices: the series of 1,000 condomínios must not hold audio up. */
async function textOf(registry: Registry): Promise<string> {
  const slices = createSlices()
  const texts: string[] = []
  for (const { name } of registry.getMetricsAsArray()) {
    await slices.rest()
    // Disposed of meanwhile: there is nothing left to tell.
    if (registry.getSingleMetric(name) === undefined) break
    texts.push(await registry.getSingleMetricAsString(name))
  }
  return `${texts.join('\n\n')}\n`
}

/** Counts from the moment that it is called; disposing stops every timer and observer of it. */
export function createMetrics(daemon: DaemonView): Metrics {
  const registry = new Registry()
  const place = { registers: [registry], daemon }
  addDaemonMetrics(place)
  addRamalMetrics(place)
  addSourceMetrics(place)
  const process = addProcessMetrics(registry)
  const stops = [addCallMetrics(place), addTurnMetrics(place), addProviderMetrics(place)]
  return {
    contentType: registry.contentType,
    text: () => textOf(registry),
    [Symbol.dispose]() {
      for (const stop of stops) stop()
      process[Symbol.dispose]()
      registry.clear()
    },
  }
}
