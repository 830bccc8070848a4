import { z } from 'zod'
import { ApiError } from './api-error.ts'

const states = ['greeting', 'collecting', 'ringing', 'deciding', 'finishing', 'ended'] as const

const callsQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(1000))
    .default(100),
  ramal: z.string().optional(),
  state: z.enum(states).optional(),
})

const hangupBody = z.object({
  call_id: z.string().trim().min(1),
  role: z.enum(['visitor', 'resident']).default('visitor'),
})

const remedies: Readonly<Record<string, string>> = {
  limit: 'limit deve ser um número de 1 a 1000',
  ramal: 'ramal deve aparecer uma só vez',
  state: `state deve ser um de ${states.join(', ')}`,
  call_id: 'call_id é obrigatório: o UUID da chamada',
  role: 'role deve ser visitor ou resident',
}

function parse<T>(schema: z.ZodType<T>, value: unknown, otherwise: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const keys = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')))
  const message = [...keys].map((key) => remedies[key] ?? otherwise).join('; ')
  throw new ApiError(400, message)
}

export function parseCallsQuery(query: unknown) {
  return parse(callsQuery, query, 'Consulta inválida')
}

export function parseHangupBody(body: unknown) {
  return parse(hangupBody, body ?? {}, 'O corpo deve ser um objeto JSON com call_id')
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
