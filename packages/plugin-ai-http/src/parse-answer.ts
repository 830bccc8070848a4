import { cleanLine, cleanText, type Facts } from '@portaria/core/plugin'
import { z } from 'zod'
import { passingFailure } from './failures.ts'

/** What one record of an answer says; what it does not say is null. */
export type Answer = {
  /** As it came, cleaned: a piece of a stream keeps its spaces. */
  readonly text: string
  readonly facts: Partial<Facts> | null
  /** Everything is known that is needed to ask the resident. Never that somebody may come in. */
  readonly ready: boolean | null
}

const statuses = ['USER_TURN', 'WAITING', 'IA_TURN'] as const
/** A field of another type counts as not said: one slip of a model must not end the conversation. */
const status = z.enum(statuses).nullish().catch(null)

const answerSchema = z.looseObject({
  content: z
    .looseObject({
      mensagem: z.string().nullish(),
      dados: z.record(z.string(), z.unknown()).nullish().catch(null),
      valid_for_action: z.boolean().nullish().catch(null),
      set_call_status: status,
    })
    .nullish(),
  set_call_status: status,
})

const fields: Readonly<Record<string, keyof Facts>> = {
  intent_type: 'intentType',
  interlocutor_name: 'visitorName',
  apartment_number: 'unit',
  resident_name: 'residentName',
  block: 'block',
}

const intents = new Set(['entrega', 'visita', 'servico'])

/** What models write where they know nothing. */
const nothing =
  /^(?:null|none|nil|undefined|n\/?a|unknown|desconhecid[oa]|n[ãa]o informad[oa]|[-?.]*)$/iu
const longestFact = 200

/** Parses one record. Throws a ProviderError that names the field, never what it holds. */
export function parseAnswer(record: unknown): Answer {
  const parsed = answerSchema.safeParse(record)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path.join('.') || 'the answer'
    throw passingFailure(`the answer is not as AI_API_URL wants it: ${field} has a wrong type`)
  }
  const { content, set_call_status: outside } = parsed.data
  const called = outside ?? content?.set_call_status ?? null
  const { mensagem, dados, valid_for_action: valid } = content ?? {}
  return {
    text: cleanText(mensagem ?? ''),
    facts: dados == null ? null : factsOf(dados),
    // A visitor who is to wait is asked nothing more.
    ready: valid ?? (called === null ? null : called === 'WAITING'),
  }
}

function factsOf(dados: Readonly<Record<string, unknown>>): Partial<Facts> {
  const facts: Partial<Facts> = {}
  for (const [field, fact] of Object.entries(fields)) {
    if (!Object.hasOwn(dados, field)) continue
    const value = factOf(dados[field])
    facts[fact] = fact === 'intentType' ? intentOf(value) : value
  }
  return facts
}

function factOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value !== 'string') return null
  const fact = cleanLine(value, longestFact + 1)
  return nothing.test(fact) || fact.length > longestFact ? null : fact
}

/** `Serviço` is `servico`; what is none of the three is unknown. */
function intentOf(value: string | null): string | null {
  if (value === null) return null
  const intent = value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return intents.has(intent) ? intent : null
}
