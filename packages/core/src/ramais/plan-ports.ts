import { type Assignment, assignPorts, type Ports } from './assign-ports.ts'
import type { Doors } from './doors.ts'
import { nameOf, portsOf, type Slot } from './slot.ts'

/** Which ports a slot should have, by its id. Slots that are not in it keep what they have. */
export type Plan = ReadonlyMap<number, Assignment>

/** Says which ports slots should have, from their wishes and from what was learnt of ports. */
export interface PortPlanner {
  /** Its wish may be free: nobody of ours is there. Whether another program is, only trying tells. */
  mayGoBack(slot: Slot): boolean
  /** A plan for these slots, and all others as far as they are concerned. What is blocked is forgotten. */
  begin(todo: readonly Slot[]): Plan
  /** The plan with what was learnt since. */
  again(): Plan
  /** Another program has this port. */
  isForeign(port: number): void
  /** A ramal is in the way for as long as its calls go on. */
  isBlocked(port: number, by: Slot): void
}

export type PortPlannerOptions = {
  slots: ReadonlyMap<number, Slot>
  doors: Doors
  /** Ports that no ramal may have, and whose they are. */
  reserved: ReadonlyMap<number, string>
  isBusy(ramalId: number): boolean
}

export function createPortPlanner(o: PortPlannerOptions): PortPlanner {
  const { slots, doors } = o
  const foreign = new Set<number>()
  const blocked = new Map<number, string>()

  const served = (): Slot[] => [...slots.values()].filter((slot) => slot.leaving === null)

  function mayGoBack(slot: Slot): boolean {
    const ports = portsOf(slot)
    if (slot.moved === null || ports === null || o.isBusy(slot.id)) return false
    return (['porta_ia', 'porta_retorno'] as const).some((name) => {
      const wish = slot.row[name]
      return wish !== null && wish !== ports[name] && isFreeFor(slot, wish)
    })
  }

  function isFreeFor(slot: Slot, port: number): boolean {
    const door = doors.at(port)
    return !o.reserved.has(port) && (door === undefined || door.tenant.slot === slot)
  }

  /**
   * Grants wishes that concern nobody else without looking at all ramais: one change among 10,000 costs no more than
   * among ten. null: somebody else is concerned.
   */
  function plainGrants(todo: readonly Slot[]): Plan | null {
    const wishes = new Map<number, number>()
    for (const { row } of todo) wishes.set(row.porta_ia, 0).set(row.porta_retorno ?? 0, 0)
    for (const { row } of served()) {
      for (const port of [row.porta_ia, row.porta_retorno ?? 0]) {
        const count = wishes.get(port)
        if (count !== undefined) wishes.set(port, count + 1)
      }
    }
    const plan = new Map<number, Assignment>()
    for (const slot of todo) {
      const { porta_ia, porta_retorno } = slot.row
      if (porta_retorno === null) return null
      const isPlain = [porta_ia, porta_retorno].every(
        (port) => wishes.get(port) === 1 && !foreign.has(port) && isFreeFor(slot, port),
      )
      if (!isPlain) return null
      plan.set(slot.id, { ports: { porta_ia, porta_retorno }, moved: null })
    }
    return plan
  }

  function wholePlan(): Plan {
    const all = served()
    const current = new Map<number, Ports>()
    for (const slot of all) {
      const ports = portsOf(slot)
      if (ports !== null) current.set(slot.id, ports)
    }
    return assignPorts({
      ramais: all.map((slot) => slot.row),
      current,
      taken: takenPorts(),
      mayMoveBack: (id) => slots.get(id)?.isWishNew === true || !o.isBusy(id),
    })
  }

  function takenPorts(): Map<number, string> {
    const taken = new Map([...blocked, ...o.reserved])
    for (const port of foreign) taken.set(port, 'another program')
    for (const { port, tenant, isClosing } of doors.all()) {
      const { slot } = tenant
      const isOwnWish = slot.row.porta_ia === port || slot.row.porta_retorno === port
      const isBack = isOwnWish && slot.leaving === null && slots.get(slot.id) === slot
      if ((isClosing && !isBack) || slot.leaving !== null) taken.set(port, busyOwner(slot))
    }
    return taken
  }

  return {
    mayGoBack,
    begin(todo) {
      blocked.clear()
      for (const { row } of todo) {
        // What another program had a while ago may be free again.
        foreign.delete(row.porta_ia)
        foreign.delete(row.porta_retorno ?? 0)
      }
      return plainGrants(todo) ?? wholePlan()
    },
    again: wholePlan,
    isForeign: (port) => void foreign.add(port),
    isBlocked: (port, by) => void blocked.set(port, busyOwner(by)),
  }
}

function busyOwner(slot: Slot): string {
  return `${nameOf(slot)}, whose calls are not over yet`
}
