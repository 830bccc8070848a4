import type { Alarms } from '../alarms.ts'
import { createAllowList } from '../audiosocket/admission.ts'
import type { Switchboard } from '../call/switchboard.ts'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/config.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import type { RamalStatistics, RamalStatus, RefreshStats } from '../status.ts'
import { diffRamais } from './diff-ramais.ts'
import { createDoors, type DoorsOptions } from './doors.ts'
import { createDrains } from './drain.ts'
import { createHosts } from './hosts.ts'
import { type Held, judgeRemovals, releaseAfterMs } from './judge-removals.ts'
import { createPortKeeper } from './keep-ports.ts'
import { createKnownRows } from './known-rows.ts'
import { compatibilityRamal, type Ramal } from './ramal.ts'
import { createRamalShow } from './show-ramais.ts'
import { createSlot, portsOf, type Slot } from './slot.ts'
import { createTurns } from './turns.ts'

/** What was read of the source. */
export type Read = {
  readonly rows: readonly unknown[]
  /** null: everything; else all rows of these ids. */
  readonly ids: ReadonlySet<number> | null
  /** A person said that all removals are meant. */
  readonly accept: boolean
}

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
  const known = createKnownRows({ warn: (message) => o.log.warn({}, message) })
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
  let held: Held | null = null
  let isCompatibility = false
  let hasRead = false
  let condominiums: ReadonlySet<number> | null = null

  function changed(): void {
    condominiums = null
    o.onChange()
  }

  const served = (): Slot[] => [...slots.values()].filter((slot) => slot.leaving === null)
  const isOurs = (id: number): boolean => isCompatibility && id === compatibilityRamal.id

  /** Which of the ramais that this read misses go now. */
  function judge(read: Read): readonly number[] {
    const running = served().flatMap(({ id }) => (isOurs(id) ? [] : [id]))
    const judged = judgeRemovals({
      running,
      vanished: running.filter((id) => (read.ids?.has(id) ?? true) && !known.valid.has(id)),
      back: held?.ids.filter((id) => known.valid.has(id)) ?? [],
      source: read.ids === null ? 'full' : 'ids',
      desiredEmpty: known.valid.size === 0 && known.invalid.length === 0,
      held,
      nowMs: o.clock(),
      accept: read.accept,
    })
    held = judged.held
    return judged.remove
  }

  /** What this read wishes of ramais, and whether that is the compatibility pair, because nothing is wished at all. */
  function wishOf(read: Read): { desired: ReadonlyMap<number, Ramal>; isNothing: boolean } {
    const isNothing = known.valid.size === 0 && known.invalid.length === 0 && held === null
    if (isNothing) return { desired: new Map([[1, compatibilityRamal]]), isNothing }
    if (read.ids === null) return { desired: known.valid, isNothing }
    const found = [...read.ids].flatMap((id) => known.valid.get(id) ?? [])
    return { desired: new Map(found.map((ramal) => [ramal.id, ramal])), isNothing }
  }

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

  function ringForHeld(): void {
    if (held === null) return o.alarms.clear('removals-held')
    const numbers = held.ids.flatMap((id) => slots.get(id)?.row.ramal_ia ?? [])
    const shown = numbers.slice(0, 10).join(', ') + (numbers.length > 10 ? ', …' : '')
    o.alarms.raise(
      'removals-held',
      `${numbers.length} ramais vanished from ${o.place} at once and are served all the same (${shown}): ` +
        'if that is meant, run "portaria ramais refresh --accept-removals"',
    )
  }

  async function applyNow(read: Read): Promise<Applied> {
    hosts.refresh()
    const invalid = await known.take(read.rows, read.ids)
    const removed = judge(read)
    const { desired, isNothing } = wishOf(read)
    const isOver = isCompatibility && !isNothing && !known.valid.has(compatibilityRamal.id)
    await removeAll(isOver ? [...removed, compatibilityRamal.id] : removed)
    isCompatibility = isNothing
    const running = new Map<number, Ramal>()
    for (const id of desired.keys()) {
      const slot = slots.get(id)
      if (slot === undefined) continue
      if (slot.leaving !== null) drains.revive(slot)
      running.set(id, slot.row)
    }
    const diff = diffRamais({ desired, running, hostOf: (ramal) => hosts.of(ramal) })
    const placed = [
      ...diff.amend.map((row) => place(row, { isWishNew: false })),
      ...[...diff.move, ...diff.add].map((row) => place(row, { isWishNew: true })),
    ]
    const heldIds = new Set(held?.ids)
    for (const slot of slots.values()) slot.isHeld = heldIds.has(slot.id)
    await prepare(desired.values())
    await ports.settle(placed)
    show.tellInvalid(invalid)
    show.tell(slots.values())
    ringForHeld()
    changed()
    return {
      removed: removed.length,
      updated: diff.amend.length + diff.move.length,
      added: isNothing ? 0 : diff.add.length,
      held: heldIds.size,
      total_active: served().filter((slot) => portsOf(slot) !== null).length,
      readAgainMs: held === null ? null : held.sinceMs + releaseAfterMs - o.clock(),
      isCompatibility,
    }
  }

  async function tendNow(): Promise<void> {
    if (!(await ports.settle([]))) return
    show.tell(slots.values())
    changed()
  }

  return {
    apply: (read) =>
      inTurn(async () => {
        hasRead = true
        return applyNow(read)
      }),
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
        await ports.settle(matching)
        show.tell(matching)
        changed()
        return matching.length
      }),
    list: () => show.list(slots.values(), known.invalid),
    wished: () => [
      ...known.valid.values(),
      ...(held?.ids.flatMap((id) => slots.get(id)?.row ?? []) ?? []),
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
