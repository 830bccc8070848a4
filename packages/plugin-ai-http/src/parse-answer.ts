import { cleanText, type Facts, readFacts } from '@portaria/core/plugin'
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
    facts: dados == null ? null : readFacts(dados),
    // A visitor who is to wait is asked nothing more.
    ready: valid ?? (called === null ? null : called === 'WAITING'),
  }
}
