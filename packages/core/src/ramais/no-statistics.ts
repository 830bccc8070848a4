import type { RamalStatistics } from '../status.ts'

/** Of a ramal that has had no call. */
export const noStatistics: RamalStatistics = {
  calls_now: 0,
  calls_today: 0,
  calls_total: 0,
  answered: 0,
  authorized: 0,
  denied: 0,
  abandoned: 0,
  duration_mean_ms: null,
  duration_p95_ms: null,
  last_error: null,
}
