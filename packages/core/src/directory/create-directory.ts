import { setImmediate as nextTurn } from 'node:timers/promises'
import { monotonic } from '../clock.ts'
import type { Facts } from '../providers/dialogue.ts'
import type { Directory, Match, Unit } from '../providers/directory.ts'
import { type DirectoryIndex, type Indexed, indexDirectory, levels } from './directory-index.ts'
import { enough, type Name, nameOf, nameScore, sameName } from './name-score.ts'
import type { DirectoryEntry } from './parse-entry.ts'
import { phraseHints } from './phrase-hints.ts'
import { blockKeys, unitKeys } from './unit-keys.ts'

function given(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text
}

/** The units of that number, by the strictest spelling that finds any. */
function withUnit(places: readonly DirectoryIndex[], unit: string): readonly Indexed[] {
  const keys = unitKeys(unit)
  if (keys === null) return []
  for (const level of levels) {
    const found = places.flatMap((place) => place.withUnit(level, keys[level]))
    if (found.length > 0) return found
  }
  return []
}

function inBlock(units: readonly Indexed[], block: string): readonly Indexed[] {
  const keys = blockKeys(block)
  if (keys === null) return []
  for (const level of levels) {
    const found = units.filter((each) => each.block?.[level] === keys[level])
    if (found.length > 0) return found
  }
  return []
}

function lives(name: Name, unit: Indexed): boolean {
  return unit.names.some((resident) => nameScore(name, resident) >= enough)
}

/**
 * A search by name alone pauses this often: 10,000 names take tens of milliseconds, a frame is due
 * every 20.
 */
const sliceMs = 3

/** Everybody that may be meant; who bears exactly that name goes before who bears a similar one. */
async function withResident(
  places: readonly DirectoryIndex[],
  name: Name,
  signal: AbortSignal,
): Promise<readonly Indexed[]> {
  const alike: Indexed[] = []
  let sliceStart = monotonic()
  for (const unit of places.flatMap((place) => place.all)) {
    if (lives(name, unit)) alike.push(unit)
    if (monotonic() - sliceStart < sliceMs) continue
    await nextTurn(undefined, { signal })
    sliceStart = monotonic()
  }
  const exact = alike.filter((unit) => unit.names.some((each) => sameName(name, each)))
  return exact.length > 0 ? exact : alike
}

function placeOf({ unit, block }: Indexed): string {
  return JSON.stringify([unit[0], block?.[0] ?? null])
}

/**
 * Several entries of one unit are one unit: all its residents, and the number of the first entry
 * that has one.
 */
function asUnits(found: readonly Indexed[]): readonly Unit[] {
  return [...Map.groupBy(found, placeOf).values()].flatMap((entries) => {
    const [first] = entries
    if (first === undefined) return []
    const { number, block } = first.entry
    const residents = [...new Set(entries.flatMap(({ entry }) => entry.residents))]
    const voipNumber = entries.find(({ entry }) => entry.voipNumber !== null)?.entry.voipNumber
    return [{ number, block, residents, voipNumber: voipNumber ?? null }]
  })
}

function matchOf(found: readonly Indexed[]): Match {
  const units = asUnits(found)
  const [unit] = units
  if (unit === undefined) return { type: 'unknown' }
  return units.length === 1 ? { type: 'one', unit } : { type: 'several', units }
}

/** Those where somebody of that name lives, or nobody is written down. */
function withName(units: readonly Indexed[], name: Name): readonly Indexed[] {
  const there = units.filter((unit) => lives(name, unit))
  if (there.length > 0) return there
  const occupied = new Set(units.filter((unit) => unit.names.length > 0).map(placeOf))
  return units.filter((unit) => !occupied.has(placeOf(unit)))
}

async function search(
  places: readonly DirectoryIndex[],
  facts: Facts,
  signal: AbortSignal,
): Promise<Match> {
  const [unit, block] = [given(facts.unit), given(facts.block)]
  const name = facts.residentName === null ? null : nameOf(facts.residentName)
  if (unit === null) {
    if (name === null) return { type: 'none' }
    const homes = await withResident(places, name, signal)
    return matchOf(block === null ? homes : inBlock(homes, block))
  }
  const numbered = withUnit(places, unit)
  const found = block === null ? numbered : inBlock(numbered, block)
  return matchOf(name === null ? found : withName(found, name))
}

/**
 * Finds units among `entries`, always within one condomínio. An entry without a condomínio counts
 * only while a single one is served. Unit and block match exactly (see `unitKeys`), names at a
 * score of 75 or more.
 */
export function createDirectory(o: {
  entries: readonly DirectoryEntry[]
  /** The condomínios of the ramais that are served now. */
  servedCondominiums: () => ReadonlySet<number>
}): Directory {
  const index = indexDirectory(o.entries)
  const known = new Map<string, readonly string[]>()

  function placesOf(condominiumId: number): readonly DirectoryIndex[] {
    const served = o.servedCondominiums()
    const alone = served.size === 1 && served.has(condominiumId)
    const places = [index.get(condominiumId), alone ? index.get(null) : undefined]
    return places.filter((place) => place !== undefined)
  }

  return {
    async find(facts, { condominiumId, signal }) {
      signal.throwIfAborted()
      return search(placesOf(condominiumId), facts, signal)
    },
    hints({ condominiumId, language }) {
      const places = placesOf(condominiumId)
      if (places.length === 0) return []
      const key = JSON.stringify([condominiumId, language, places.length])
      const hints =
        known.get(key) ??
        phraseHints(
          places.flatMap(({ all }) => all.map(({ entry }) => entry)),
          language,
        )
      known.set(key, hints)
      return hints
    },
  }
}
