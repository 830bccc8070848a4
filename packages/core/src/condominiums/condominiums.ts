import type { Condominium } from '../call/call-deps.ts'
import type { Settings } from '../config/config.ts'
import type { Log } from '../log.ts'
import { type CondominiumRow, parseCondominium } from './parse-condominium.ts'

/** The settings of each condomínio: the table's, then the configuration's, then the daemon's. */
export interface Condominiums {
  of(id: number): Condominium
  /** Takes the rows of the table as they are now. Returns the condomínios whose settings changed; calls that run keep theirs. */
  apply(rows: readonly unknown[]): readonly number[]
}

export function createCondominiums(o: {
  settings: Pick<Settings, 'condominiums' | 'language'>
  log: Log
}): Condominiums {
  let table: ReadonlyMap<number, CondominiumRow> = new Map()
  /** Complaints that were made, so that a row that stays bad is not told at each read. */
  let told: ReadonlySet<string> = new Set()

  const complain = (complaints: readonly string[]): void => {
    for (const complaint of complaints) if (!told.has(complaint)) o.log.warn({}, complaint)
    told = new Set(complaints)
  }
  const of = (id: number): Condominium => {
    const own: CondominiumRow = { ...o.settings.condominiums[String(id)], ...table.get(id) }
    return {
      name: own.name ?? null,
      language: own.language ?? o.settings.language,
      voice: own.voice ?? {},
      greeting: own.greeting ?? null,
      ...(own.aiUrl === undefined ? {} : { aiUrl: own.aiUrl }),
    }
  }

  return {
    of,
    apply(rows) {
      const known = [...new Set([...table.keys(), ...idsIn(rows)])].toSorted((a, b) => a - b)
      const before = known.map((id) => JSON.stringify(of(id)))
      const next = new Map<number, CondominiumRow>()
      const complaints: string[] = []
      for (const row of rows) {
        const parsed = parseCondominium(row)
        if (parsed === null) {
          complaints.push('condominium_ia: a row has no condominium_id: it is left out')
          continue
        }
        next.set(parsed.id, parsed.settings)
        const where = `condominium_ia, condominium_id ${parsed.id}`
        complaints.push(...parsed.problems.map((problem) => `${where}: ${problem}: it is left out`))
      }
      table = next
      complain(complaints)
      return known.filter((id, i) => JSON.stringify(of(id)) !== before[i])
    },
  }
}

function idsIn(rows: readonly unknown[]): number[] {
  return rows.flatMap((row) => parseCondominium(row)?.id ?? [])
}
