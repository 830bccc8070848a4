import { messageOf } from '../errors.ts'
import type { Role } from '../events.ts'
import type { Log } from '../log.ts'
import { createSlices } from '../slices.ts'
import type { Assignment, Ports } from './assign-ports.ts'
import type { Door, Doors } from './doors.ts'
import { codeOf, portRefusal } from './port-refusal.ts'
import { createPortPlanner, type Plan } from './plan-ports.ts'
import type { Ramal } from './ramal.ts'
import { portsOf, type Slot } from './slot.ts'

/** Sees to it that every slot has the two ports that it should have. */
export interface PortKeeper {
  /**
   * Opens, moves and reopens what is not as it should be, `changed` slots among it. A slot that cannot be served says
   * why (`refused`); it never stops another. False: all was as it should be. `all`: also looks whether ports of the
   * others are still open, and whether they may go back to where they wish to be.
   */
  settle(changed: readonly Slot[], o: { all: boolean }): Promise<boolean>
}

export type PortKeeperOptions = {
  slots: ReadonlyMap<number, Slot>
  doors: Doors
  hostOf(ramal: Ramal): string
  /** Ports that no ramal may have, and whose they are. */
  reserved: ReadonlyMap<number, string>
  isBusy(ramalId: number): boolean
  /** Closes doors that a slot has left, now or when the calls that came through them are over. */
  release(slot: Slot, doors: readonly Door[]): Promise<void>
  /** Aborts when the daemon stops. */
  signal: AbortSignal
  log: Log
}

/** Each round learns of ports that others have; more than this many in a row is a machine without free ports. */
const maxRounds = 64

/** A port is somebody else's: another one has to be found. */
class PortTaken extends Error {}

export function createPortKeeper(o: PortKeeperOptions): PortKeeper {
  const { slots, doors } = o
  const planner = createPortPlanner(o)

  const served = (): Slot[] => [...slots.values()].filter((slot) => slot.leaving === null)
  const isUnsettled = (slot: Slot): boolean =>
    slot.refused === null && (portsOf(slot) === null || slot.isWishNew)

  function isNeedy(slot: Slot): boolean {
    if (portsOf(slot) === null || slot.isWishNew) return true
    return slot.ia?.host !== o.hostOf(slot.row) || planner.mayGoBack(slot)
  }

  async function realise(plan: Plan): Promise<void> {
    const moves: { slot: Slot; assignment: Assignment }[] = []
    for (const [id, assignment] of plan) {
      const slot = slots.get(id)
      if (slot === undefined) continue
      if (isAsPlanned(slot, assignment)) slot.moved = movedBy(assignment)
      else moves.push({ slot, assignment })
    }
    // Those with calls first: what they leave stays open for a while, and nobody else may have it.
    const rank = ({ slot }: { slot: Slot }): number => (o.isBusy(slot.id) ? 0 : 1)
    const slices = createSlices()
    for (const { slot, assignment } of moves.toSorted((a, b) => rank(a) - rank(b))) {
      await slices.rest()
      o.signal.throwIfAborted()
      if ('refused' in assignment) await refuse(slot, assignment.refused)
      else await transfer(slot, assignment)
    }
  }

  function isAsPlanned(slot: Slot, assignment: Assignment): boolean {
    const ports = portsOf(slot)
    if (ports === null || slot.isWishNew || 'refused' in assignment) return false
    return (
      ports.porta_ia === assignment.ports.porta_ia &&
      ports.porta_retorno === assignment.ports.porta_retorno &&
      slot.ia?.host === o.hostOf(slot.row)
    )
  }

  async function refuse(slot: Slot, reason: string): Promise<void> {
    slot.refused = reason
    slot.moved = null
    const left = [slot.ia, slot.retorno].filter((door) => door !== null)
    slot.ia = null
    slot.retorno = null
    await o.release(slot, left)
  }

  async function transfer(slot: Slot, to: { ports: Ports; moved: string | null }): Promise<void> {
    const gained: Door[] = []
    try {
      const ia = await take(slot, { role: 'visitor', port: to.ports.porta_ia, gained })
      const retorno = await take(slot, { role: 'resident', port: to.ports.porta_retorno, gained })
      slot.moved = to.moved
      await moveInto(slot, ia, retorno)
    } catch (error) {
      for (const door of gained) await doors.close(door)
      if (!(error instanceof PortTaken)) slot.refused = messageOf(error)
    }
  }

  async function moveInto(slot: Slot, ia: Door, retorno: Door): Promise<void> {
    const left = [slot.ia, slot.retorno].filter(
      (door) => door !== null && door !== ia && door !== retorno && doors.at(door.port) === door,
    ) as Door[]
    ia.tenant = { slot, role: 'visitor' }
    retorno.tenant = { slot, role: 'resident' }
    ia.isClosing = false
    retorno.isClosing = false
    slot.ia = ia
    slot.retorno = retorno
    slot.isWishNew = false
    slot.refused = null
    o.log.info(
      {
        ramal: slot.row.ramal_ia,
        host: ia.host,
        porta_ia: ia.port,
        porta_retorno: retorno.port,
      },
      'ramal listens',
    )
    await o.release(slot, left)
  }

  /** An open door at this port, its own or another's that is leaving it; else a new one. */
  async function take(
    slot: Slot,
    want: { role: Role; port: number; gained: Door[] },
  ): Promise<Door> {
    const { port, gained } = want
    const host = o.hostOf(slot.row)
    const door = doors.at(port)
    if (door !== undefined) {
      const owner = door.tenant.slot
      if (owner !== slot) {
        if (door.isClosing || owner.leaving !== null || o.isBusy(owner.id)) {
          planner.isBlocked(port, owner)
          throw new PortTaken()
        }
        detach(owner, door)
      }
      if (door.isListening() && door.host === host) {
        if (owner !== slot) gained.push(door)
        return door
      }
      detach(slot, door)
      await doors.close(door)
    }
    const opened = await open(slot, { ...want, host })
    gained.push(opened)
    return opened
  }

  async function open(
    slot: Slot,
    { role, host, port }: { role: Role; host: string; port: number },
  ): Promise<Door> {
    try {
      return await doors.open(host, port, { slot, role })
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') {
        throw new Error(portRefusal(error, { ramal: slot.row, host, port }), { cause: error })
      }
      planner.isForeign(port)
      throw new PortTaken()
    }
  }

  return {
    async settle(changed, { all }) {
      const todo = all ? [...new Set([...changed, ...served().filter(isNeedy)])] : changed
      if (todo.length === 0) return false
      for (const slot of todo) slot.refused = null
      const plan = planner.begin(todo)
      await realise(plan)
      let concerned = [...plan.keys()].flatMap((id) => slots.get(id) ?? [])
      for (let round = 1; round < maxRounds && concerned.some(isUnsettled); round++) {
        await realise(planner.again())
        concerned = served()
      }
      for (const slot of concerned.filter(isUnsettled)) {
        slot.refused = `no free port was found in ${maxRounds} attempts: it is tried again in a moment`
      }
      return true
    },
  }
}

function movedBy(assignment: Assignment): string | null {
  return 'moved' in assignment ? assignment.moved : null
}

function detach(slot: Slot, door: Door): void {
  if (slot.ia === door) slot.ia = null
  if (slot.retorno === door) slot.retorno = null
}
