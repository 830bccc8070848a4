import { cleanLine } from '../speech/clean-text.ts'
import { type Facts, noFacts } from './dialogue.ts'

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

/**
 * The facts of a record with the fields of `dados` in the contract of `AI_API_URL`; other fields are passed over. What
 * has a wrong type, or stands for nothing, is null.
 */
export function readFacts(record: Readonly<Record<string, unknown>>): Partial<Facts> {
  const facts: Partial<Facts> = {}
  for (const [field, fact] of Object.entries(fields)) {
    if (!Object.hasOwn(record, field)) continue
    const value = factOf(record[field])
    facts[fact] = fact === 'intentType' ? intentOf(value) : value
  }
  return facts
}

/** What a dialogue's facts may change: plain lines of a length that people say, and null. All else is passed over. */
export function cleanFacts(change: Readonly<Record<string, unknown>>): Partial<Facts> {
  const facts: Partial<Facts> = {}
  for (const fact of Object.keys(noFacts) as (keyof Facts)[]) {
    const value = change[fact]
    if (value === null) facts[fact] = null
    if (typeof value !== 'string' || value.length > longestFact) continue
    const line = cleanLine(value, longestFact)
    facts[fact] = line === '' ? null : line
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
