import { type Name, nameOf } from './name-score.ts'
import type { DirectoryEntry } from './parse-entry.ts'
import { blockKeys, type Keys, unitKeys } from './unit-keys.ts'

/** A unit ready to be searched. */
export type Indexed = {
  readonly entry: DirectoryEntry
  readonly unit: Keys
  readonly block: Keys | null
  readonly names: readonly Name[]
}

export const levels = [0, 1, 2] as const

type Level = (typeof levels)[number]

/** The units of one condomínio, by each spelling of their number. */
export type DirectoryIndex = {
  readonly all: readonly Indexed[]
  withUnit(level: Level, key: string): readonly Indexed[]
}

function indexed(entry: DirectoryEntry): Indexed | null {
  const unit = unitKeys(entry.number)
  if (unit === null) return null
  const names = entry.residents.map(nameOf).filter((name) => name !== null)
  return { entry, unit, block: entry.block === null ? null : blockKeys(entry.block), names }
}

function indexUnits(all: readonly Indexed[]): DirectoryIndex {
  const maps = levels.map((level) => Map.groupBy(all, (each) => each.unit[level]))
  return { all, withUnit: (level, key) => maps[level]?.get(key) ?? [] }
}

/** One index for each condomínio; under null, the entries that name none. */
export function indexDirectory(
  entries: readonly DirectoryEntry[],
): ReadonlyMap<number | null, DirectoryIndex> {
  const all = entries.map(indexed).filter((each) => each !== null)
  const groups = Map.groupBy(all, (each) => each.entry.condominiumId)
  return new Map([...groups].map(([condominium, units]) => [condominium, indexUnits(units)]))
}
