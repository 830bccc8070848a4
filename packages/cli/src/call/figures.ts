/** Gaps between one frame and the next, in ms; the daemon's aim is 20. */
export type Pacing = {
  readonly frames: number
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  readonly p99_ms: number | null
  readonly max_ms: number | null
}

/** One decimal is what a phone can measure. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The smallest value that `share` of all values do not exceed (nearest rank); null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  return value === undefined ? null : roundMs(value)
}

export function pacingOf(gapsMs: readonly number[], frames: number): Pacing {
  return {
    frames,
    p50_ms: percentile(gapsMs, 0.5),
    p95_ms: percentile(gapsMs, 0.95),
    p99_ms: percentile(gapsMs, 0.99),
    max_ms: percentile(gapsMs, 1),
  }
}
