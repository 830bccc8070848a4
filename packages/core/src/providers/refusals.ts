import { type Clock, monotonic } from '../clock.ts'

/** One refusal may be due to its sentence; another in a row is due to the key, the voice or the region. */
const mostInARow = 2
const leftOutMs = 60_000
/** Ways to speak that are remembered: the voices of so many condomínios. */
const mostKept = 1_000

type Refused = { inARow: number; untilMs: number }

/** Knows who has refused what, so that nobody waits for the same refusal with every sentence. */
export interface Refusals {
  /** Whether it refused several times in a row, not longer than a minute ago. */
  has(key: string): boolean
  refused(key: string): void
  /** It did well. */
  forget(key: string): void
}

export function createRefusals(clock: Clock = monotonic): Refusals {
  const known = new Map<string, Refused>()
  return {
    has: (key) => (known.get(key)?.untilMs ?? -Infinity) > clock(),
    refused(key) {
      const inARow = (known.get(key)?.inARow ?? 0) + 1
      const untilMs = inARow < mostInARow ? -Infinity : clock() + leftOutMs
      known.delete(key)
      known.set(key, { inARow, untilMs })
      const [oldest] = known.keys()
      if (known.size > mostKept && oldest !== undefined) known.delete(oldest)
    },
    forget: (key) => void known.delete(key),
  }
}
