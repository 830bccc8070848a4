import type { Facts, Turn } from '@portaria/core/plugin'
import { asksForHuman } from './asks-for-human.ts'
import { understandBlock, understandName, understandVisit } from './understand.ts'

/** What the next words are expected to answer, and what was asked already. */
export type Listening = {
  readonly expects: 'unit' | 'block' | 'name' | 'reason'
  readonly askedWho: boolean
  readonly askedWhy: boolean
}

export const startListening: Listening = { expects: 'unit', askedWho: false, askedWhy: false }

export type Heard = {
  /** Facts that are new or other than those known; null withdraws. */
  readonly change: Partial<Facts>
  /** Something of a visit was said, new or not. */
  readonly understood: boolean
  readonly wantsHuman: boolean
  readonly listening: Listening
}

/** Longer than this is no bare answer ("João Pedro", "é o Daniel"). */
const bareAnswerWords = 5

/** What a visitor's words change in the facts, read in the light of what was asked. */
export function hear(
  text: string,
  o: { turn: Turn; language: string; listening: Listening },
): Heard {
  const { turn, listening } = o
  const told = factsOf(text, o)
  const changed = Object.entries(told).filter(([name, value]) => {
    return turn.facts[name as keyof Facts] !== value
  })
  return {
    change: Object.fromEntries(changed),
    understood: Object.keys(told).length > 0,
    wantsHuman: asksForHuman(text),
    listening,
  }
}

function factsOf(
  text: string,
  o: { turn: Turn; language: string; listening: Listening },
): Partial<Facts> {
  const { expects } = o.listening
  if (expects === 'block' && o.turn.facts.unit !== null) {
    const block = understandBlock(text, o.language)
    if (block !== null) return { block }
  }
  const { withdrawn, ...told } = understandVisit(text, o.language)
  const facts: Partial<Facts> = withdrawn === undefined ? told : { ...told, unit: null }
  const nameless = facts.visitorName === undefined && facts.residentName === undefined
  const bare = nameless && text.trim().split(/\s+/u).length <= bareAnswerWords
  const name = bare ? understandName(text, o.language) : null
  if (name === null) return facts
  if (expects === 'name') return { ...facts, visitorName: name }
  const aboutResident = expects === 'unit' && Object.keys(facts).length === 0
  return aboutResident ? { residentName: name } : facts
}
