import type { Match, Unit } from '../providers/directory.ts'
import type { Attending } from './attending.ts'

/** What core itself asks: about a destination that is not there, or that is there more than once. */
export function ownQuestion(a: Attending, match: Match, isReady: boolean): string | null {
  const { phrases } = a
  const byVoice = a.visitor.canHear
  if (match.type === 'unknown') return byVoice ? phrases.unknownUnit : phrases.unknownUnitKeypad
  if (match.type === 'several' && a.record.facts.unit !== null) {
    return byVoice ? phrases.whichBlock : phrases.whichBlockKeypad(blocksOf(match.units))
  }
  if (match.type === 'several' || (match.type === 'none' && isReady)) {
    return byVoice ? phrases.whichUnit : phrases.whichUnitKeypad
  }
  return null
}

function blocksOf(units: readonly Unit[]): string[] {
  return units.map((unit) => unit.block).filter((block) => block !== null)
}
