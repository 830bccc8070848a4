import { orTimeout } from '../abortable.ts'
import type { Facts } from '../providers/dialogue.ts'
import type { Match, Unit } from '../providers/directory.ts'
import type { Attending } from './attending.ts'
import { chooseBlock } from './choose-block.ts'
import type { Input } from './visitor-inputs.ts'

const lookUpTimeoutMs = 5_000

/** Finds what the facts name, among the units of the call's condomínio only. */
export async function lookUpDestination(
  a: Attending,
  o: { before: Match; input: Input; signal: AbortSignal },
): Promise<Match> {
  if (o.input.type === 'digits' && o.before.type === 'several') {
    const block = chooseBlock(o.before.units, a.record.facts.block)
    if (block !== null) a.record.learn({ block })
  }
  const { facts } = a.record
  const { signal } = o
  const match = await find(a, facts, signal)
  if (match.type !== 'unknown' || facts.unit === null || facts.block === null) return match
  // "12 B" may be the unit 12B of a building without blocks.
  return find(a, { ...facts, unit: facts.unit + facts.block, block: null }, signal)
}

function find(a: Attending, facts: Facts, signal: AbortSignal): Promise<Match> {
  return orTimeout(a.directory.find(facts, { condominiumId: a.info.condominiumId, signal }), {
    ms: lookUpTimeoutMs,
    what: 'the directory',
    signal,
  })
}

/**
 * What a dialogue may know of a match: never a resident's name or number, nor a unit that the visitor did not say.
 * It may be an AI, and what it knows it may say.
 */
export function forDialogue(match: Match, facts: Facts): Match {
  const known = (unit: Unit): Unit => ({
    number: facts.unit === null ? '' : unit.number,
    block: unit.block,
    residents: [],
    voipNumber: null,
  })
  switch (match.type) {
    case 'one':
      return { type: 'one', unit: known(match.unit) }
    case 'several':
      return { type: 'several', units: match.units.map(known) }
    case 'none':
    case 'unknown':
      return match
  }
}
