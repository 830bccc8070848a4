import type { Database } from '../connection/database.ts'

const rounds = 5

/**
 * How far the server's clock is ahead of `performance.timeOrigin + performance.now()`, in ms; 0 where the link is too
 * slow to tell it from none. Rejects with a ProviderError.
 */
export async function clockOffsetMs(
  database: Database,
  o: { signal: AbortSignal },
): Promise<number> {
  let best = { tripMs: Infinity, offsetMs: 0 }
  for (let round = 0; round < rounds; round++) {
    const sentMs = performance.now()
    const [row] = await database.read(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs"',
      [],
      o,
    )
    const tripMs = performance.now() - sentMs
    const halfwayMs = performance.timeOrigin + sentMs + tripMs / 2
    if (tripMs < best.tripMs) best = { tripMs, offsetMs: Number(row?.['nowMs']) - halfwayMs }
  }
  return Math.abs(best.offsetMs) <= best.tripMs / 2 ? 0 : best.offsetMs
}
