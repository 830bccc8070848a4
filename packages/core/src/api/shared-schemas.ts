import { z } from 'zod'
import type { CallState, Decision } from '../events.ts'
import type { RamalStatistics, TurnView } from '../status.ts'

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

const ms = z.number().min(0).nullable()
export const kind = z.enum(['stt', 'tts', 'dialogue'])
const provider = z.string().nullable()

export const turn = z
  .object({
    turn: z.int().min(1).describe('Counts from 1 in its call'),
    at: time,
    role: z.enum(['visitor', 'resident']),
    input: z.enum(['said', 'digits', 'silence', 'unheard']),
    endpoint_ms: ms.describe('From the last voice to the judgement that the turn is over'),
    transcript_ms: ms.describe('From there to the words'),
    reply_ms: ms.describe("From the words to the dialogue's first part"),
    speech_ms: ms.describe('From the first sentence to its first sound'),
    audible_ms: ms.describe('From the end of the turn to the first frame of the reply'),
    fillers: count,
    speculation: z.enum(['none', 'kept', 'dropped']),
    barge_in: z.boolean(),
    false_starts: count,
    merged: count,
    rescue: z.enum(['none', 'keypad', 'human']),
    providers: z.object({ stt: provider, tts: provider, dialogue: provider }),
    fallbacks: z.array(kind).readonly(),
  })
  .describe('Where the time of one turn went') satisfies z.ZodType<TurnView>
