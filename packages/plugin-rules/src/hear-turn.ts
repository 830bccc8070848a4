import type { Facts, Match, Turn } from '@portaria/core/plugin'
import { asksForHuman } from './asks-for-human.ts'
import { isMark, visitTokens } from './visit-tokens.ts'
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
}

/** Longer than this is no bare answer ("João Pedro", "é o Daniel"). */
const bareAnswerWords = 5

/** What a visitor's words change in the facts, read in the light of what was asked. */
export function hear(
  text: string,
  o: { turn: Turn; language: string; listening: Listening },
): Heard {
  const { turn } = o
  const told = factsOf(text, o)
  const changed = Object.entries(told).filter(([name, value]) => {
    return turn.facts[name as keyof Facts] !== value
  })
  return {
    change: Object.fromEntries(changed),
    understood: Object.keys(told).length > 0,
    wantsHuman: asksForHuman(text),
  }
}

function factsOf(
  text: string,
  o: { turn: Turn; language: string; listening: Listening },
): Partial<Facts> {
  const { expects } = o.listening
  if (expects === 'block' && o.turn.facts.unit !== null) {
    const block = offeredBlock(text, o.turn.match) ?? understandBlock(text, o.language)
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

/** A block that goes by a name ("Ipê"), where it is one of those that the unit is in. */
function offeredBlock(text: string, match: Match): string | null {
  if (match.type !== 'several') return null
  const said = plainWords(text)
  const blocks = match.units.flatMap(({ block }) => (block === null ? [] : [block]))
  return blocks.find((block) => block.length > 2 && said.includes(plainWords(block))) ?? null
}

/** ` bloco ipe `: words between spaces, so that one is not found inside another. */
function plainWords(text: string): string {
  const words = visitTokens(text).filter((token) => !isMark(token))
  return ` ${words.map((token) => token.plain).join(' ')} `
}
