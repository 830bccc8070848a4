import { Counter, Gauge, Histogram } from 'prom-client'
import { countOf, setEach } from './gauge-values.ts'
import type { MetricsPlace } from './metrics-place.ts'

const callStates = ['greeting', 'collecting', 'ringing', 'deciding', 'finishing'] as const
const outcomes = ['authorized', 'denied', 'abandoned', 'other'] as const

/** Live calls, and ended ones from now on; returns the way to stop. */
export function addCallMetrics({ registers, daemon }: MetricsPlace): () => void {
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
