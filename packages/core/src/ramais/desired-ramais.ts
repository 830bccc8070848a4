import type { Alarms } from '../alarms.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { type Held, judgeRemovals, releaseAfterMs } from './judge-removals.ts'
import { createKnownRows } from './known-rows.ts'
import type { Ramal } from './ramal.ts'
import type { InvalidRow } from './show-ramais.ts'

/** What was read of the source. */
export type Read = {
  readonly rows: readonly unknown[]
  /** null: everything; else all rows of these ids. */
  readonly ids: ReadonlySet<number> | null
  /** A person said that all removals are meant. */
  readonly accept: boolean
}

/** What a read says of the ramais that it looked for. */
export type Wish = {
  readonly rows: ReadonlyMap<number, Ramal>
  /** Ids that go now. */
  readonly remove: readonly number[]
  /** Rows that were good or unknown before, and are no ramais. */
  readonly newlyInvalid: readonly InvalidRow[]
}

/** What should be served: what the source holds, and what is held because it vanished in a mass. */
export interface DesiredRamais {
  /** `running`: ids that are served because the source had them. */
  take(read: Read, running: readonly number[]): Promise<Wish>
  readonly valid: ReadonlyMap<number, Ramal>
  readonly invalid: readonly InvalidRow[]
  readonly held: readonly number[]
  /** The source holds no row, good or bad, and nothing is held. */
  readonly isNothing: boolean
  /** When everything should be read again to judge what is held; null: nothing is. */
  readAgainMs(): number | null
}

export function createDesiredRamais(o: { clock: Clock; log: Log }): DesiredRamais {
  const known = createKnownRows({ warn: (message) => o.log.warn({}, message) })
  let held: Held | null = null

  const isEmpty = (): boolean => known.valid.size === 0 && known.invalid.length === 0

  return {
    async take(read, running) {
      const newlyInvalid = await known.take(read.rows, read.ids)
      const isLookedFor = (id: number): boolean => read.ids?.has(id) ?? true
      const judged = judgeRemovals({
        running,
        vanished: running.filter((id) => isLookedFor(id) && !known.valid.has(id)),
        back: held?.ids.filter((id) => known.valid.has(id)) ?? [],
        source: read.ids === null ? 'full' : 'ids',
        desiredEmpty: isEmpty(),
        held,
        nowMs: o.clock(),
        accept: read.accept,
      })
      held = judged.held
      return { rows: readRows(known.valid, read.ids), remove: judged.remove, newlyInvalid }
    },
    valid: known.valid,
    get invalid() {
      return known.invalid
    },
    get held() {
      return held?.ids ?? []
    },
    get isNothing() {
      return isEmpty() && held === null
    },
    readAgainMs: () => (held === null ? null : held.sinceMs + releaseAfterMs - o.clock()),
  }
}

function readRows(
  valid: ReadonlyMap<number, Ramal>,
  ids: ReadonlySet<number> | null,
): ReadonlyMap<number, Ramal> {
  if (ids === null) return valid
  const found = [...ids].flatMap((id) => valid.get(id) ?? [])
  return new Map(found.map((ramal) => [ramal.id, ramal]))
}

/** Rings while ramais are held (their numbers), and while rows are no ramais. */
export function ringForRows(
  alarms: Alarms,
  o: { held: readonly string[]; invalid: readonly InvalidRow[]; place: string },
): void {
  const { held, invalid, place } = o
  if (held.length === 0) alarms.clear('removals-held')
  else {
    alarms.raise(
      'removals-held',
      `${held.length} ramais vanished from ${place} at once and are served all the same (${some(held)}): ` +
        'if that is meant, run "portaria ramais refresh --accept-removals"',
    )
  }
  if (invalid.length === 0) return alarms.clear('rows-invalid')
  alarms.raise(
    'rows-invalid',
    `no ramal answers for these rows of ${place}, ${invalid.length} in all: ` +
      `${some(invalid.map(({ reason }) => reason))}. "portaria ramais list" shows each; mend the row`,
  )
}

function some(all: readonly string[]): string {
  return all.slice(0, 10).join(', ') + (all.length > 10 ? ', …' : '')
}
