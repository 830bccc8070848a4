import { assignPorts, type AssignPorts, type Ports } from '../../src/ramais/assign-ports.ts'
import type { Ramal } from '../../src/ramais/ramal.ts'
import { aRamal } from './a-ramal.ts'

const none: ReadonlyMap<number, never> = new Map<number, never>()

/** Nothing runs, nothing is taken, everybody is idle, but for `o`. */
export function assign(ramais: readonly Ramal[], o: Partial<AssignPorts> = {}) {
  return assignPorts({ ramais, current: none, taken: none, mayMoveBack: () => true, ...o })
}

export function wishing(id: number, porta_ia: number, porta_retorno: number | null): Ramal {
  return aRamal(id, { porta_ia, porta_retorno })
}

export const at = (porta_ia: number, porta_retorno: number): Ports => ({ porta_ia, porta_retorno })

export function portsOf(assignments: ReturnType<typeof assignPorts>): Map<number, Ports> {
  const served = [...assignments].flatMap(([id, each]): [number, Ports][] =>
    'ports' in each ? [[id, each.ports]] : [],
  )
  return new Map(served)
}

export function movedOf(assignments: ReturnType<typeof assignPorts>, id: number): string | null {
  const assignment = assignments.get(id)
  return assignment !== undefined && 'moved' in assignment ? assignment.moved : null
}
