import type { LiveCalls, Switchboard } from '../call/switchboard.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { within } from '../within.ts'
import type { Door, Doors } from './doors.ts'
import { nameOf, type Slot } from './slot.ts'
import type { InTurn } from './turns.ts'

/** How long calls may take to say goodbye when their ramal goes. */
const farewellMs = 10_000
/** Asterisk's dialplan asks once more, by connecting, how a call ended. */
const questionMs = 2_000

/** Closes what is not served any more, when its calls are over. */
export interface Drains extends AsyncDisposable {
  /** Doors that a slot has left. Those without calls are closed when this resolves. */
  release(slot: Slot, doors: readonly Door[]): Promise<void>
  /** A slot whose row is gone. One without calls is gone when this resolves. */
  remove(slot: Slot): Promise<void>
  /** Its row is back before its last call was over. */
  revive(slot: Slot): void
}

export type DrainsOptions = {
  doors: Doors
  switchboard: Switchboard
  removal: 'drain' | 'hangup'
  drainMs: number
  inTurn: InTurn
  /** A slot is gone. */
  gone(slot: Slot): void
  /** Ports have become free, in a turn. */
  freed(): Promise<void>
  log: Log
}

export function createDrains(o: DrainsOptions): Drains {
  const { doors, switchboard } = o
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  /** The last calls that each door waits for: it may be taken up again, and left again with others. */
  const waitsFor = new WeakMap<Door, LiveCalls>()

  const track = (what: string, work: () => Promise<void>): void => {
    const mine = work()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) o.log.error({ error: messageOf(error) }, what)
      })
      .finally(() => running.delete(mine))
    running.add(mine)
  }
  const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
    within(Promise.withResolvers<never>().promise, ms, signal)

  async function closeAll(left: readonly Door[]): Promise<void> {
    for (const door of left) await doors.close(door)
  }
  async function goneNow(slot: Slot): Promise<void> {
    await closeAll([slot.ia, slot.retorno].filter((door) => door !== null))
    o.gone(slot)
  }

  return {
    async release(slot, left) {
      const calls = switchboard.liveOn(slot.id)
      if (calls.count === 0) return closeAll(left)
      for (const door of left) {
        door.isClosing = true
        waitsFor.set(door, calls)
      }
      const isOurs = (door: Door): boolean =>
        door.isClosing && doors.at(door.port) === door && waitsFor.get(door) === calls
      track('the old ports of a ramal could not be closed', async () => {
        await within(calls.over, o.drainMs, stopping.signal)
        await pause(questionMs, stopping.signal)
        await o.inTurn(async () => {
          await closeAll(left.filter(isOurs))
          await o.freed()
        })
      })
    },

    async remove(slot) {
      const calls = switchboard.liveOn(slot.id)
      const leaving = new AbortController()
      slot.leaving = leaving
      if (calls.count === 0) return goneNow(slot)
      o.log.info({ ramal: slot.row.ramal_ia, calls: calls.count }, 'a ramal goes with its calls')
      if (o.removal === 'hangup') calls.shutDown()
      track('a removed ramal could not be closed', async () => {
        const stop = AbortSignal.any([stopping.signal, leaving.signal])
        const isOver = o.removal === 'drain' ? await within(calls.over, o.drainMs, stop) : false
        if (stop.aborted) return
        if (!isOver) {
          calls.shutDown()
          await within(calls.over, farewellMs, stop)
        }
        await pause(questionMs, stop)
        if (stop.aborted) return
        await o.inTurn(async () => {
          if (slot.leaving !== leaving) return
          await goneNow(slot)
          await o.freed()
        })
      })
    },

    revive(slot) {
      slot.leaving?.abort()
      slot.leaving = null
      o.log.info({ ramal: slot.row.ramal_ia }, `${nameOf(slot)} is back before its calls were over`)
    },

    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
