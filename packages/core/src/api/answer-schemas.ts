import { z } from 'zod'
import type {
  Alarm,
  CallView,
  Counters,
  ProviderStatus,
  RamalStatistics,
  RamalStatus,
  RefreshStats,
  SourceStatus,
} from '../status.ts'
import type { KeptCall } from './kept-call.ts'
import { eventSchema } from './event-schemas.ts'
import { callStates, decision, kind, statistics, time, turn } from './shared-schemas.ts'

const success = z.literal('success')
const count = z.int().min(0)
const port = z.int().min(0).max(65_535)

const extension = z.object({
  id: z.int(),
  ramal_ia: z.string(),
  ramal_retorno: z.string(),
  ip: z.string().describe('As configured: where Asterisk connects to'),
  porta_ia: port.describe("The visitor's port, as it listens"),
  porta_retorno: port.describe("The resident's port, as it listens"),
  condominio_id: z.int(),
  status: z
    .enum(['ativo', 'deslocado', 'recusado', 'invalido', 'retido', 'removendo'])
    .describe('ativo: served at the ports that its row wishes'),
  porta_ia_desejada: port.describe('As the row wishes it'),
  porta_retorno_desejada: port.nullable().describe('As the row wishes it; null: any free one'),
  motivo: z.string().nullable().describe('Why it is not ativo; null when it is'),
  desde: time.describe('Since when it has this status'),
  calls: count.describe('Live ones'),
  statistics,
}) satisfies z.ZodType<RamalStatus>

const source = z
  .object({
    kind: z.string().describe('file, embedded, postgres, or another plugin'),
    place: z.string().describe('A path, or an address without a password'),
    link: z
      .enum(['none', 'live', 'polling', 'lost'])
      .describe('none: nobody tells of changes, as with a file'),
    link_since: time,
    why: z.string().nullable().describe('Why it is not live; null when it is'),
    serving: z
      .enum(['source', 'last-good', 'compatibility'])
      .describe('What is served: the source, the last good configuration, or the pair 1000/1001'),
    last_read_at: time.nullable(),
    hints: z.object({ changed: count, doubt: count, ignored: count }),
    latency_ms: z
      .exactOptional(z.number().nullable())
      .describe('From the last change to its notification here'),
  })
  .describe('Where ramais come from, and how well that is known') satisfies z.ZodType<SourceStatus>

const alarm = z
  .object({ id: z.string(), since: time, message: z.string() })
  .describe('Something that a person should look at') satisfies z.ZodType<Alarm>

const provider = z
  .object({
    kind,
    provider: z.string(),
    state: z.enum(['up', 'down']),
    since: time,
    last_error: z
      .object({ at: time, message: z.string() })
      .nullable()
      .describe('When it was last asked, it failed; null when it did what it was asked for'),
  })
  .describe('How a provider of speech or dialogue does') satisfies z.ZodType<ProviderStatus>

const counters = z
  .object({ calls_total: count, authorized: count, denied: count, abandoned: count })
  .describe('Calls since the start') satisfies z.ZodType<Counters>

const role = z.enum(['visitor', 'resident'])

const call = z.object({
  call_id: z.string(),
  ramal: z.string(),
  condominio_id: z.int(),
  state: z.enum(callStates),
  started_at: time,
  ended_at: time.nullable().describe('null while it lives'),
  end_reason: z
    .string()
    .nullable()
    .describe('null while it lives; then decided, abandoned, visitor-silent, handed-over …'),
  facts: z
    .object({
      intent_type: z.exactOptional(z.string()),
      interlocutor_name: z.exactOptional(z.string()),
      apartment_number: z.exactOptional(z.string()),
      block: z.exactOptional(z.string()),
      resident_name: z.exactOptional(z.string()),
    })
    .describe('Those that are known'),
  decision: decision.nullable(),
  transcript: z.array(
    z.object({
      at: time,
      by: z.enum(['visitor', 'resident', 'portaria']),
      to: z.exactOptional(role),
      text: z.string(),
      interrupted: z.exactOptional(z.boolean()),
    }),
  ),
  legs: z.array(
    z.object({
      role,
      peer: z.string(),
      rate: z.int().describe('Samples a second'),
      connected_at: time,
      ended_at: time.nullable(),
      end_reason: z.string().nullable(),
    }),
  ),
  turns: z.array(turn).describe('The first 100'),
}) satisfies z.ZodType<CallView>

const keptCall = z
  .object({
    call_id: z.string(),
    ramal_id: z.int(),
    ramal: z.string(),
    condominio_id: z.int(),
    started_at: time,
    ended_at: time,
    duration_ms: count,
    end_reason: z.string(),
    answered: z.boolean().describe("Whether a resident's leg came"),
    outcome: z.enum(['authorized', 'denied', 'abandoned', 'none']),
    decision_reason: z.string().nullable(),
    decision_by: z.string().nullable(),
    intent_type: z.string().nullable(),
    apartment_number: z.string().nullable(),
    block: z.string().nullable(),
    turns: z
      .array(turn)
      .readonly()
      .nullable()
      .describe('The first 30; null where they were not kept'),
  })
  .describe(
    'An ended call as the history keeps it: no names, no words',
  ) satisfies z.ZodType<KeptCall>

const stats = z.object({
  removed: count,
  updated: count,
  added: count,
  held: count.describe('Vanished from the source, but served all the same'),
  total_active: count,
}) satisfies z.ZodType<RefreshStats>

const state = z.enum(['starting', 'ready', 'draining'])

/** What the API answers with, by the name that `/api/docs/openapi.json` gives it. */
export const answerSchemas = {
  Health: z.object({ status: success, state, version: z.string() }),
  Ready: z.object({ status: success, ready: z.literal(true), detail: z.unknown() }),
  NotReady: z.object({
    status: z.literal('error'),
    message: z.string(),
    ready: z.literal(false),
    detail: z.unknown(),
  }),
  Status: z.object({
    status: success,
    total_extensions: count.describe('Every entry of extensions, refused ones too'),
    extensions: z.array(extension),
    state,
    version: z.string(),
    started_at: time,
    providers: z.object({
      stt: z.string().nullable(),
      tts: z.string().nullable(),
      dialogue: z.string().nullable(),
    }),
    provider_health: z
      .array(provider)
      .describe('In the order in which they stand in for each other'),
    source,
    alarms: z.array(alarm),
    counters,
    calls: count.describe('Live ones'),
  }),
  Extension: extension,
  Statistics: statistics satisfies z.ZodType<RamalStatistics>,
  Source: source,
  Alarm: alarm,
  Configured: z.object({
    status: success,
    total_extensions: count,
    extensions: z
      .array(z.unknown())
      .describe(
        'Every row as it stands in the source, good or bad, with the keys of a RamalDraft and id',
      ),
  }),
  Created: z.object({
    status: success,
    message: z.string(),
    extension: z.object({
      id: z.int(),
      ramal_ia: z.string(),
      ramal_retorno: z.string(),
      ip_servidor: z.string(),
      porta_ia: port,
      porta_retorno: port.nullable(),
      condominio_id: z.int(),
    }),
  }),
  Refreshed: z.object({ status: success, message: z.string(), stats }),
  Done: z.object({ status: success, message: z.string() }),
  Failure: z.object({
    status: z.literal('error'),
    message: z.string().describe('What is wrong and how to mend it, in Portuguese'),
  }),
  Call: call,
  Calls: z.object({
    status: success,
    total: count.describe('All that match, more than are given when limit is less'),
    calls: z.array(call).describe('Newest first'),
  }),
  KeptCall: keptCall,
  KeptCalls: z.object({ status: success, calls: z.array(keptCall) }),
  Decision: decision,
  Event: eventSchema,
}
