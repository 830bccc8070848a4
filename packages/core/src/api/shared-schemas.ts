import { z } from 'zod'
import type { CallState, Decision } from '../events.ts'
import type { RamalStatistics } from '../status.ts'

export const callStates = [
  'greeting',
  'collecting',
  'ringing',
  'deciding',
  'finishing',
  'ended',
] as const satisfies readonly CallState[]

/** ISO 8601. */
export const time = z.string().meta({ format: 'date-time' })

export const decision = z
  .object({
    outcome: z.enum(['authorized', 'denied']),
    reason: z.string().describe('A word: resident-yes, resident-no, no-answer, unclear …'),
    by: z.enum(['speech', 'keypad', 'timeout', 'hangup', 'error']),
    words: z.string().nullable().describe('What the resident said or pressed'),
    at: time,
  })
  .describe('What was decided at the gate') satisfies z.ZodType<Decision>

const count = z.int().min(0)
const durationMs = z.number().nullable().describe('Of the last 1,000 calls; null before the first')

export const statistics = z
  .object({
    calls_now: count,
    calls_today: count,
    calls_total: count,
    answered: count,
    authorized: count,
    denied: count,
    abandoned: count,
    duration_mean_ms: durationMs,
    duration_p95_ms: durationMs,
    last_error: z.object({ at: time, message: z.string() }).nullable(),
  })
  .describe("What a ramal's calls came to") satisfies z.ZodType<RamalStatistics>
