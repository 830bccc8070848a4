const kept = 1_000
/** A ring holds 32 bits: almost 25 days. */
const longestMs = 2 ** 31 - 1

/** The durations of the last 1,000 calls, in milliseconds. */
export interface RecentDurations {
  add(durationMs: number): void
  /** Both null before the first; the percentile is the nearest rank. */
  figures(): { readonly meanMs: number | null; readonly p95Ms: number | null }
}

export function createRecentDurations(): RecentDurations {
  const ring = new Int32Array(kept)
  let added = 0
  return {
    add(durationMs) {
      ring[added % kept] = Math.min(Math.max(Math.round(durationMs), 0), longestMs)
      added += 1
    },
    figures() {
      const known = ring.slice(0, Math.min(added, kept)).sort()
      if (known.length === 0) return { meanMs: null, p95Ms: null }
      const sum = known.reduce((total, durationMs) => total + durationMs, 0)
      const p95Ms = known[Math.ceil(known.length * 0.95) - 1] ?? null
      return { meanMs: Math.round(sum / known.length), p95Ms }
    },
  }
}
