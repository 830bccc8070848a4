import { monitorEventLoopDelay } from 'node:perf_hooks'
// Measured only: nothing is read of the environment, which is the CLI's.
import { cpuUsage, memoryUsage, uptime } from 'node:process'
import { Counter, Gauge, type Registry } from 'prom-client'

const resolutionMs = 10
const quantiles = ['0.5', '0.9', '0.99'] as const

/**
 * CPU, memory and event-loop lag. Ours, because `collectDefaultMetrics` of prom-client starts observers that nothing
 * stops.
 */
export function addProcessMetrics(registry: Registry): Disposable {
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  new Gauge({
    name: 'portaria_event_loop_lag_seconds',
    help: 'How late timers came since the last scrape; quantile 1 is the latest.',
    labelNames: ['quantile'],
    registers,
    collect() {
      // The recorded time is from one tick to the next.
      const lag = (ns: number) => Math.max(0, ns / 1e9 - resolutionMs / 1000)
      const seen = delay.count > 0
      for (const quantile of quantiles) {
        this.set({ quantile }, seen ? lag(delay.percentile(Number(quantile) * 100)) : 0)
      }
      this.set({ quantile: '1' }, seen ? lag(delay.max) : 0)
      delay.reset()
    },
  })
  new Counter({
    name: 'portaria_process_cpu_seconds_total',
    help: 'CPU time of the process, all threads.',
    labelNames: ['mode'],
    registers,
    collect() {
      this.reset()
      const { user, system } = cpuUsage()
      this.inc({ mode: 'user' }, user / 1e6)
      this.inc({ mode: 'system' }, system / 1e6)
    },
  })
  new Gauge({
    name: 'portaria_process_memory_bytes',
    help: 'Memory of the process: all that is resident, the used heap, and buffers outside it.',
    labelNames: ['kind'],
    registers,
    collect() {
      const { rss, heapUsed, external } = memoryUsage()
      this.set({ kind: 'resident' }, rss)
      this.set({ kind: 'heap' }, heapUsed)
      this.set({ kind: 'external' }, external)
    },
  })
  new Gauge({
    name: 'portaria_process_start_time_seconds',
    help: 'When the process started, as Unix time.',
    registers,
  }).set(Date.now() / 1000 - uptime())
  return { [Symbol.dispose]: () => delay.disable() }
}
