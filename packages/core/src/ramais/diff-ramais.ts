import { isDeepStrictEqual } from 'node:util'
import type { Ramal } from './ramal.ts'

/** What it takes to go from what runs to what is wished; every list in id order. */
export type RamaisDiff = {
  readonly add: readonly Ramal[]
  /** Another wished port or another listening host: its calls have to drain. */
  readonly move: readonly Ramal[]
  /** Anything else changed: applied in place, no call is dropped. */
  readonly amend: readonly Ramal[]
  readonly remove: readonly number[]
  /** How many need nothing. */
  readonly same: number
}

/**
 * Compares the rows that should be served with the rows as they were applied, both by id. `hostOf`
 * gives the address that a ramal is listened for at: another `ip_servidor` that leads to the same
 * address is no move.
 */
export function diffRamais(o: {
  desired: ReadonlyMap<number, Ramal>
  running: ReadonlyMap<number, Ramal>
  hostOf: (ramal: Ramal) => string
}): RamaisDiff {
  const { desired, running, hostOf } = o
  const add: Ramal[] = []
  const move: Ramal[] = []
  const amend: Ramal[] = []
  let same = 0
  for (const [id, now] of [...desired].sort(([a], [b]) => a - b)) {
    const before = running.get(id)
    if (before === undefined) add.push(now)
    else if (isDeepStrictEqual(before, now)) same += 1
    else if (sharesListeners(before, now) && hostOf(before) === hostOf(now)) amend.push(now)
    else move.push(now)
  }
  const remove = [...running.keys()].filter((id) => !desired.has(id)).sort((a, b) => a - b)
  return { add, move, amend, remove, same }
}

function sharesListeners(a: Ramal, b: Ramal): boolean {
  return a.porta_ia === b.porta_ia && a.porta_retorno === b.porta_retorno
}
