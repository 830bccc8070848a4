import { parseRamal } from './parse-ramal.ts'
import type { Ramal } from './ramal.ts'

/**
 * The ramais that were served before this start, by id, without those that a row of the source has taken the place of
 * (it has another id, and wishes a port of theirs). The first read judges what vanished as if they were served now: a
 * restart does not finish what a DELETE without WHERE began.
 */
export function servedBefore(
  before: readonly unknown[],
  rows: readonly unknown[],
): ReadonlyMap<number, Ramal> {
  if (before.length === 0) return new Map()
  const now = goodOnes(rows)
  const ids = new Set(now.map(({ id }) => id))
  const ports = new Set(now.flatMap(wishedPorts))
  const isReplaced = (ramal: Ramal): boolean => wishedPorts(ramal).some((port) => ports.has(port))
  const kept = goodOnes(before).filter((ramal) => ids.has(ramal.id) || !isReplaced(ramal))
  return new Map(kept.map((ramal) => [ramal.id, ramal]))
}

function goodOnes(rows: readonly unknown[]): readonly Ramal[] {
  return rows.map(parseRamal).flatMap((one) => ('ramal' in one ? one.ramal : []))
}

function wishedPorts({ porta_ia, porta_retorno }: Ramal): readonly number[] {
  return porta_retorno === null ? [porta_ia] : [porta_ia, porta_retorno]
}
