import { z } from 'zod'
import { parseRequest } from './parse-request.ts'
import { callStates } from './shared-schemas.ts'

/** The beginning of a UUID, hyphens or none, in either case. */
const callId = z.string().regex(/^[0-9a-f][0-9a-f-]{0,35}$/i)

/** The query of `GET /api/calls`. */
export const callsQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(1000))
    .default(100)
    .describe('How many calls at most, 1 to 1000'),
  ramal: z.string().optional().describe('Calls of this ramal only'),
  state: z.enum(callStates).optional().describe('Calls in this state only'),
  call_id: callId.optional().describe('Calls whose UUID begins so'),
})

/** The query of `GET /api/history`. */
export const historyQuery = z.object({ call_id: callId.describe('How the UUID begins') })

/** The body of `POST /api/hangup`. */
export const hangupBody = z.object({
  call_id: z.string().trim().min(1).describe('The UUID of the call, in either case'),
  role: z.enum(['visitor', 'resident']).default('visitor').describe('Whose leg ends'),
})

const remedies = {
  limit: 'limit deve ser um número de 1 a 1000',
  ramal: 'ramal deve aparecer uma só vez',
  state: `state deve ser um de ${callStates.join(', ')}`,
  call_id: 'call_id é obrigatório: o UUID da chamada, ou numa consulta o seu começo',
  role: 'role deve ser visitor ou resident',
}

export function parseCallsQuery(query: unknown) {
  return parseRequest(callsQuery, query, { remedies, otherwise: 'Consulta inválida' })
}

export function parseHistoryQuery(query: unknown) {
  return parseRequest(historyQuery, query, { remedies, otherwise: 'Consulta inválida' })
}

/** The hexadecimal digits of (the beginning of) a UUID. */
export function digitsOf(callId: string): string {
  return callId.replaceAll('-', '').toLowerCase()
}

export function parseHangupBody(body: unknown) {
  const otherwise = 'O corpo deve ser um objeto JSON com call_id'
  return parseRequest(hangupBody, body ?? {}, { remedies, otherwise })
}

/**
 * The id in `Last-Event-ID`, or in `?lastEventId` for clients that cannot send headers; null when
 * there is none.
 */
export function parseLastEventId(header: unknown, query: unknown): number | null {
  const asked =
    typeof query === 'object' && query !== null ? Reflect.get(query, 'lastEventId') : null
  for (const text of [header, asked]) {
    if (typeof text === 'string' && /^\d{1,15}$/.test(text.trim())) return Number(text)
  }
  return null
}
