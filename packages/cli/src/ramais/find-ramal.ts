import { ConfigError } from '@portaria/core/errors'
import type { RamalStatus } from '@portaria/core/status'
import { printable } from '../printable.ts'

/** What may be typed where a command takes one ramal. */
export const whichRamal = 'its number, its id, or id:7 where a number is that of another one'

function describe({ id, ramal_ia, ip, porta_ia }: RamalStatus): string {
  return `id:${id} (ramal ${printable(ramal_ia)} at ${printable(ip)}:${porta_ia})`
}

/**
 * The ramal that has this number, or this id. Throws ConfigError when there is none, or more than one: a wrong guess
 * would change another building's door.
 */
export function findRamal(ramais: readonly RamalStatus[], which: string): RamalStatus {
  const [, onlyId] = /^id:(\d+)$/.exec(which) ?? []
  const found = ramais.filter((ramal) =>
    onlyId === undefined
      ? ramal.ramal_ia === which || String(ramal.id) === which
      : ramal.id === Number(onlyId),
  )
  const [first] = found
  const asked = JSON.stringify(which)
  if (first === undefined) {
    throw new ConfigError(
      `no ramal has the number or id ${asked}: see portaria ramais list, and write ${whichRamal}`,
    )
  }
  if (found.length === 1) return first
  const all = found.map(describe).join(', ')
  throw new ConfigError(
    `${asked} means several ramais: ${all}. Write one of these ids, as id:${first.id}`,
  )
}
