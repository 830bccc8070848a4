import type { Alarms } from '../alarms.ts'
import { createAllowList } from '../audiosocket/admission.ts'
import type { Switchboard } from '../call/switchboard.ts'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/config.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import type { RamalStatistics, RamalStatus, RefreshStats } from '../status.ts'
import { createDesiredRamais, type Read, ringForRows } from './desired-ramais.ts'
import { diffRamais } from './diff-ramais.ts'
import { createDoors, type DoorsOptions } from './doors.ts'
import { createDrains } from './drain.ts'
import { createHosts } from './hosts.ts'
import { createPortKeeper } from './keep-ports.ts'
import { parseRamal } from './parse-ramal.ts'
import { compatibilityRamal, type Ramal } from './ramal.ts'
import { servedBefore } from './served-before.ts'
import { createRamalShow } from './show-ramais.ts'
import { createSlot, portsOf, type Slot } from './slot.ts'
import { createTurns } from './turns.ts'

export type Applied = RefreshStats & {
  /** When everything should be read again to judge what is held; null: no need. */
  readonly readAgainMs: number | null
  /** Nothing is wished at all, so the compatibility pair is served. */
  readonly isCompatibility: boolean
}

/** The ramais of this daemon: what should be served, what is, and the way from here to there. */
export interface Registry extends AsyncDisposable {
  /** Applies what was read: one ramal after another, a bad one never stops another. */
  apply(read: Read): Promise<Applied>
  /** Whether a ramal that is served, and not held, has no good row among these of `ids`. */
  isVanishing(rows: readonly unknown[], ids: ReadonlySet<number>): boolean
  /** Applies rows in place of a source that cannot be read; nothing, when it was read meanwhile. */
  applyInstead(rows: readonly unknown[]): Promise<Applied | null>
  /** Looks at ports only: reopens them, moves ramais back to where they wish to be. */
  tend(): Promise<void>
  /** Closes and opens the ports of the ramais that match; their calls go on. Returns how many there are. */
  restart(match: (ramal: Ramal) => boolean): Promise<number>
  list(): readonly RamalStatus[]
  /** The rows that are served or should be, held ones too. */
  wished(): readonly Ramal[]
  /** The condomínios of `wished`; the same object until they change. */
  condominiums(): ReadonlySet<number>
}

export type RegistryOptions = DoorsOptions & {
  settings: Pick<Settings, 'allow' | 'audiosocket' | 'ramalRemoval' | 'call'>
  /** Ports that no ramal may have, and whose they are. */
  reserved: ReadonlyMap<number, string>
  /** Rows that were served before this start, untrusted. */
  before: readonly unknown[]
  /** Where rows come from, for people. */
  place: string
  switchboard: Switchboard
  events: EventLog
  alarms: Alarms
  statisticsOf(ramalId: number): RamalStatistics
  /** Awaited before ports are opened for the first time: condomínios that were not served before. */
  prepare(condominiums: readonly number[]): Promise<void>
  /** A ramal is gone for good. */
  onGone(ramalId: number): void
  onChange(): void
  clock: Clock
  log: Log
}

export function createRegistry(o: RegistryOptions): Registry {
  const stopping = new AbortController()
  const turns = createTurns(stopping.signal)
  const { inTurn } = turns
  const slots = new Map<number, Slot>()
  const wishes = createDesiredRamais(o)
  const hosts = createHosts(o.settings.audiosocket.bind)
  const show = createRamalShow({ ...o, callsOn: (id) => o.switchboard.callsOn(id) })
  const doors = createDoors(o)
  const drains = createDrains({
    ...o,
    doors,
    inTurn,
    removal: o.settings.ramalRemoval,
    drainMs: o.settings.call.drainSeconds * 1000,
    gone(slot) {
      if (slots.get(slot.id) === slot) slots.delete(slot.id)
      show.gone(slot)
      o.onGone(slot.id)
      changed()
    },
    freed: tendNow,
  })
  const ports = createPortKeeper({
    ...o,
    slots,
    doors,
    hostOf: (ramal) => hosts.of(ramal),
    isBusy: (id) => o.switchboard.callsOn(id) > 0,
    release: (slot, left) => drains.release(slot, left),
    signal: stopping.signal,
  })
  const prepared = new Set<number>()
  const everybody = o.settings.allow === null ? null : createAllowList(o.settings.allow)
  /** Nothing is wished, so the compatibility pair is served. */
  let isCompatibility = false
  let hasRead = false
  /** Nobody has judged yet whether these vanished. */
  let before = o.before
  let condominiums: ReadonlySet<number> | null = null

  function changed(): void {
    condominiums = null
    o.onChange()
  }

  const served = (): Slot[] => [...slots.values()].filter((slot) => slot.leaving === null)
  function place(row: Ramal, o: { isWishNew: boolean }): Slot {
    const slot = slots.get(row.id) ?? createSlot(row)
    slots.set(row.id, slot)
    slot.row = row
    slot.allow = row.allow === undefined ? everybody : createAllowList(row.allow)
    if (o.isWishNew) slot.isWishNew = true
    return slot
  }

  async function removeAll(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const slot = slots.get(id)
      if (slot !== undefined && slot.leaving === null) await drains.remove(slot)
    }
  }

  /** Voices are made ready before the first door opens; later, calls do not wait for them. */
  async function prepare(rows: Iterable<Ramal>): Promise<void> {
    const fresh = new Set<number>()
    for (const { condominio_id: id } of rows) if (!prepared.has(id)) fresh.add(id)
    if (fresh.size === 0) return
    const isFirst = prepared.size === 0
    for (const id of fresh) prepared.add(id)
    const preparing = o.prepare([...fresh])
    if (isFirst) await preparing
  }

  /** Its id is a real ramal's too: while the calls of that one go on, it waits. */
  function placeCompatibility(): Slot[] {
    if (!isCompatibility || slots.has(compatibilityRamal.id)) return []
    return [place(compatibilityRamal, { isWishNew: true })]
  }

  async function applyNow(read: Read): Promise<Applied> {
    hosts.refresh()
    const isOurs = ({ id }: Slot): boolean => isCompatibility && id === compatibilityRamal.id
    const ours = served().filter(isOurs)
    const theirs = served().filter((slot) => !isOurs(slot))
    const past = servedBefore(before, read.rows)
    before = []
    const wish = await wishes.take(read, [
      ...new Set([...theirs.map(({ id }) => id), ...past.keys()]),
    ])
    isCompatibility = wishes.isNothing
    const over = isCompatibility ? [] : ours.filter(({ id }) => !wishes.valid.has(id))
    await removeAll([...wish.remove, ...over.map(({ id }) => id)])
    const running = new Map<number, Ramal>()
    for (const id of wish.rows.keys()) {
      const slot = slots.get(id)
      if (slot === undefined) continue
      if (slot.leaving !== null) drains.revive(slot)
      running.set(id, slot.row)
    }
    const diff = diffRamais({ desired: wish.rows, running, hostOf: (ramal) => hosts.of(ramal) })
    const placed = [
      ...diff.amend.map((row) => place(row, { isWishNew: false })),
      ...[...diff.move, ...diff.add].map((row) => place(row, { isWishNew: true })),
      ...wishes.held.flatMap((id) => {
        const row = slots.has(id) ? undefined : past.get(id)
        return row === undefined ? [] : [place(row, { isWishNew: true })]
      }),
      ...placeCompatibility(),
    ]
    const held = new Set(wishes.held)
    for (const slot of slots.values()) slot.isHeld = held.has(slot.id)
    await prepare(placed.map(({ row }) => row))
    await ports.settle(placed, { all: read.ids === null })
    show.tellInvalid(wish.newlyInvalid)
    show.tell(slots.values())
    const numbers = wishes.held.flatMap((id) => slots.get(id)?.row.ramal_ia ?? [])
    ringForRows(o.alarms, { held: numbers, invalid: wishes.invalid, place: o.place })
    changed()
    return {
      removed: wish.remove.length,
      updated: diff.amend.length + diff.move.length,
      added: diff.add.length,
      held: held.size,
      total_active: served().filter((slot) => portsOf(slot) !== null).length,
      readAgainMs: wishes.readAgainMs(),
      isCompatibility,
    }
  }

  async function tendNow(): Promise<void> {
    if (!(await ports.settle(placeCompatibility(), { all: true }))) return
    show.tell(slots.values())
    changed()
  }

  return {
    apply: (read) =>
      inTurn(async () => {
        hasRead = true
        return applyNow(read)
      }),
    isVanishing(rows, ids) {
      const good = new Set(
        rows.map(parseRamal).flatMap((one) => ('ramal' in one ? one.ramal.id : [])),
      )
      return served().some(({ id, isHeld }) => !isHeld && ids.has(id) && !good.has(id))
    },
    applyInstead: (rows) =>
      inTurn(async () => (hasRead ? null : applyNow({ rows, ids: null, accept: false }))),
    tend: () => inTurn(tendNow),
    restart: (match) =>
      inTurn(async () => {
        const matching = served().filter(({ row }) => match(row))
        for (const slot of matching) {
          for (const door of [slot.ia, slot.retorno]) if (door !== null) await doors.close(door)
          slot.ia = null
          slot.retorno = null
        }
        await ports.settle(matching, { all: false })
        show.tell(matching)
        changed()
        return matching.length
      }),
    list: () => show.list(slots.values(), wishes.invalid),
    wished: () => [
      ...wishes.valid.values(),
      ...wishes.held.flatMap((id) => slots.get(id)?.row ?? []),
    ],
    condominiums() {
      condominiums ??= new Set(served().map(({ row }) => row.condominio_id))
      return condominiums
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await drains[Symbol.asyncDispose]()
      await turns.settled()
      await doors[Symbol.asyncDispose]()
    },
  }
}
