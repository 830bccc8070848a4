import type { Decision } from '@portaria/core/events'
import { printable } from '../printable.ts'
import type { CallEvent } from './watch-calls.ts'

export function decisionText(decision: Decision): string {
  const words = decision.words === null ? '' : `, "${printable(decision.words)}"`
  return `${decision.outcome} (${decision.reason}, by ${decision.by}${words})`
}

/** One line for a person, of what the daemon tells; null for what the phone, or `calls show`, tells better. */
export function narrate(event: CallEvent): string | null {
  switch (event.type) {
    case 'call':
      return `[${event.state}]`
    case 'leg':
      return `${event.role}'s leg ${event.state}${event.reason ? `: ${event.reason}` : ''}`
    case 'said':
      return `portaria to ${event.role}: ${printable(event.text)}${event.interrupted ? ' (interrupted)' : ''}`
    case 'heard':
      return `portaria heard the ${event.role}: "${printable(event.text)}"`
    case 'decision':
      return `decision: ${decisionText(event.decision)}`
    case 'digit':
    case 'turn':
      return null
    default:
      return null
  }
}
