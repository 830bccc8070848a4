import { z } from 'zod'
import type { PortariaEvent } from '../events.ts'
import { callStates, decision, kind, statistics, time, turn } from './shared-schemas.ts'

const { exactOptional } = z
const always = { id: z.int().describe('Grows by one'), time }
const ofCall = { call_id: z.string(), ramal: z.string(), condominio_id: z.int() }
const role = z.enum(['visitor', 'resident'])

function of<Type extends PortariaEvent['type'], Shape extends z.core.$ZodLooseShape>(
  type: Type,
  shape: Shape,
) {
  return z.object({ ...always, type: z.literal(type), ...shape })
}

/** The `data` of a server-sent event of `GET /api/events`. */
export const eventSchema = z
  .discriminatedUnion('type', [
    of('ramal', {
      ramal_id: z.int(),
      ramal: z.string(),
      status: z.string(),
      reason: exactOptional(z.string()),
    }),
    of('source', {
      link: z.enum(['none', 'live', 'polling', 'lost']),
      why: exactOptional(z.string()),
    }),
    of('alarm', { alarm: z.string(), ringing: z.boolean(), message: z.string() }),
    of('provider', {
      kind,
      provider: z.string(),
      change: z.enum(['down', 'up', 'fallback']),
      to: exactOptional(
        z.string().nullable().describe('Of a fallback: who went on; null: nobody was left'),
      ),
      error: z.string().nullable(),
    }),
    of('statistics', { ramal_id: z.int(), ramal: z.string(), statistics }),
    of('call', { state: z.enum(callStates), ...ofCall }),
    of('leg', {
      role,
      state: z.enum(['connected', 'ended']),
      reason: exactOptional(z.string()),
      ...ofCall,
    }),
    of('said', { role, text: z.string(), interrupted: z.boolean(), ...ofCall }),
    of('heard', { role, text: z.string(), confidence: exactOptional(z.number()), ...ofCall }),
    of('digit', { role, digit: z.string(), ...ofCall }),
    of('decision', { decision, ...ofCall }),
    of('turn', { turn, ...ofCall }),
  ])
  .describe('What happened') satisfies z.ZodType<PortariaEvent>
