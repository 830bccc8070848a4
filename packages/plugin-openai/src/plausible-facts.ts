import { cleanLine, type Facts, type Turn } from '@portaria/core/plugin'
import { z } from 'zod'
import type { ToolCall } from './read-completion.ts'

/** What a model says that it learnt. It never says that somebody may come in: nothing here does. */
export type Learnt = { readonly change: Partial<Facts>; readonly ready: boolean }

const text = z.union([z.string(), z.number()]).nullish().catch(null)

/** A field of another type counts as not said: one slip of a model must not end the conversation. */
const visitSchema = z.looseObject({
  intentType: text,
  visitorName: text,
  residentName: text,
  unit: text,
  block: text,
  forget: z.array(z.unknown()).nullish().catch(null),
  ready: z.boolean().nullish().catch(null),
})

const names = ['intentType', 'visitorName', 'residentName', 'unit', 'block'] as const
export const intents = ['entrega', 'visita', 'servico'] as const

/** What models write where they know nothing. */
const nothing =
  /^(?:null|none|nil|undefined|n\/?a|unknown|desconhecid[oa]|n[ãa]o informad[oa]|no informad[oa]|[-?.]*)$/iu

/**
 * A resident hears the visitor's name: a name that gives orders, or says that something is allowed, is none. Whole words
 * only: Abreu and Liberato are names.
 */
const orders =
  /(?<!\p{L})(?:autoriz\p{L}*|authori[sz]\p{L}*|liber(?:a|ar|e|ou|ad[oa]s?)|permit\p{L}*|abr(?:a|e|ir|iu)|open(?:ed|s)?|unlock\p{L}*|allow\p{L}*|granted|ignor(?:e|a|ar)|port[ãa]o|port[oó]n|gate|prompt|instru[cç]\p{L}*)(?!\p{L})/iu

const placeShape = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ./-]{0,19}$/u
const nameShape = /^\p{L}[\p{L}\p{M}\p{N}'’.& -]{0,59}$/u
const mostWordsOfName = 6

function isName(value: string): boolean {
  return nameShape.test(value) && !orders.test(value) && value.split(' ').length <= mostWordsOfName
}

const shapes: Readonly<Record<keyof Facts, (value: string) => string | null>> = {
  /** `Serviço` is `servico`. */
  intentType(value) {
    const intent = value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    return intents.find((each) => each === intent) ?? null
  },
  visitorName: (value) => (isName(value) ? value : null),
  residentName: (value) => (isName(value) ? value : null),
  unit: (value) => (placeShape.test(value) && !orders.test(value) ? value : null),
  block: (value) => (placeShape.test(value) && !orders.test(value) ? value : null),
}

/**
 * The facts of the model's calls of `visit`, against what core knows: only what is new, short and shaped like what it
 * should be. `ready` needs a destination.
 */
export function learntFrom(calls: readonly ToolCall[], { facts }: Turn): Learnt {
  const learnt: Partial<Facts> = {}
  let ready = false
  for (const call of calls) {
    if (call.name !== 'visit') continue
    const parsed = visitSchema.safeParse(jsonOf(call.text))
    if (!parsed.success) continue
    const { forget, ready: isReady } = parsed.data
    for (const name of names) {
      if (forget?.includes(name) === true) learnt[name] = null
      const value = factOf(parsed.data[name], name)
      if (value !== null) learnt[name] = value
    }
    ready ||= isReady === true
  }
  const change = Object.fromEntries(
    names.flatMap((name) => {
      const value = learnt[name]
      return value === undefined || value === facts[name] ? [] : [[name, value] as const]
    }),
  )
  return { change, ready: ready && hasDestination({ ...facts, ...change }) }
}

export function hasDestination({ unit, residentName }: Facts): boolean {
  return unit !== null || residentName !== null
}

function factOf(value: string | number | null | undefined, name: keyof Facts): string | null {
  if (value == null) return null
  const line = cleanLine(String(value), 200)
  return nothing.test(line) ? null : shapes[name](line)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
