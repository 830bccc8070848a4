import { percentile, roundMs } from '../call/figures.ts'

/** Latencies in ms; null where no notification had one. Percentiles are those of the last 10,000. */
export type ChannelFigures = {
  readonly channel: string
  readonly count: number
  /** Of the payloads. */
  readonly bytes: number
  readonly min_ms: number | null
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  readonly max_ms: number | null
  /** How often each action word came; those without one are not counted here. */
  readonly actions: Readonly<Record<string, number>>
}

const keptLatencies = 10_000
/** A sender who makes up words does not fill the screen. */
const keptActions = 20
const otherActions = '(others)'

/** Counts what came, channel by channel. */
export interface Tally {
  add(o: { channel: string; action: string | null; bytes: number; latencyMs: number | null }): void
  /** In the order of the channels; those without a notification too. */
  figures(): readonly ChannelFigures[]
}

type Counts = {
  count: number
  bytes: number
  minMs: number
  maxMs: number
  readonly latencies: number[]
  timed: number
  readonly actions: Map<string, number>
}

export function createTally(channels: readonly string[]): Tally {
  const all = new Map<string, Counts>(channels.map((channel) => [channel, noCounts()]))
  return {
    add({ channel, action, bytes, latencyMs }) {
      const counts = all.get(channel)
      if (counts === undefined) return
      counts.count++
      counts.bytes += bytes
      if (action !== null) countAction(counts.actions, action)
      if (latencyMs !== null) countLatency(counts, latencyMs)
    },
    figures: () => [...all].map(([channel, counts]) => figuresOf(channel, counts)),
  }
}

function noCounts(): Counts {
  return {
    count: 0,
    bytes: 0,
    minMs: Infinity,
    maxMs: -Infinity,
    latencies: [],
    timed: 0,
    actions: new Map(),
  }
}

function countAction(actions: Map<string, number>, action: string): void {
  const isKept = actions.has(action) || actions.size < keptActions
  const word = isKept ? action : otherActions
  actions.set(word, (actions.get(word) ?? 0) + 1)
}

function countLatency(counts: Counts, latencyMs: number): void {
  counts.minMs = Math.min(counts.minMs, latencyMs)
  counts.maxMs = Math.max(counts.maxMs, latencyMs)
  counts.latencies[counts.timed % keptLatencies] = latencyMs
  counts.timed++
}

function figuresOf(channel: string, counts: Counts): ChannelFigures {
  const { count, bytes, latencies, timed, minMs, maxMs } = counts
  return {
    channel,
    count,
    bytes,
    min_ms: timed === 0 ? null : roundMs(minMs),
    p50_ms: percentile(latencies, 0.5),
    p95_ms: percentile(latencies, 0.95),
    max_ms: timed === 0 ? null : roundMs(maxMs),
    actions: Object.fromEntries(counts.actions),
  }
}
