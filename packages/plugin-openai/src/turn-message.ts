import { type CallInfo, cleanLine, type Turn } from '@portaria/core/plugin'
import type { Destination } from './conversation-memory.ts'

/** More than anybody says in one turn. */
const longestWords = 2_000

/** The turn as it is remembered, and with what core knows: always JSON, so that no words of a visitor can end it. */
export function turnMessage(
  turn: Turn,
  o: { call: CallInfo; notFound: Destination | null },
): { content: string; now: string } {
  const visitor = visitorOf(turn)
  const facts = Object.entries(turn.facts).filter(([, value]) => value !== null)
  const blocks = turn.match.type === 'several' ? turn.match.units.map(({ block }) => block) : []
  const known = {
    facts: Object.fromEntries(facts),
    destination: { one: 'found', several: 'several', unknown: 'none', none: 'none' }[
      turn.match.type
    ],
    ...(blocks.length === 0 ? {} : { blocks: blocks.slice(0, 20) }),
    ...(o.notFound === null ? {} : { not_found: o.notFound }),
    ...(o.call.canHear ? {} : { keypad_only: true }),
  }
  return { content: JSON.stringify({ visitor }), now: JSON.stringify({ visitor, known }) }
}

function visitorOf(turn: Turn): object {
  switch (turn.type) {
    case 'silence':
      return { event: 'silent', times: turn.times }
    case 'said': {
      const said = cleanLine(turn.text, longestWords)
      return said === '' ? { event: 'silent', times: 1 } : { said }
    }
    case 'digits': {
      const pressed = keysOf(turn.digits)
      return pressed === '' ? { event: 'asks to repeat' } : { pressed }
    }
  }
}

/** The digits since the last `*`. */
export function keysOf(digits: string): string {
  return digits
    .slice(digits.lastIndexOf('*') + 1)
    .replace(/\D/gu, '')
    .slice(0, 20)
}
