import { isDeepStrictEqual } from 'node:util'
import { createSlices } from '../slices.ts'
import { checkRamais } from './check-ramais.ts'
import { parseRamal } from './parse-ramal.ts'
import type { Ramal } from './ramal.ts'
import type { InvalidRow } from './show-ramais.ts'

/** What the source holds, as far as it was read: good rows by id, bad ones with the reason. */
export interface KnownRows {
  readonly valid: ReadonlyMap<number, Ramal>
  readonly invalid: readonly InvalidRow[]
  /** Takes what was read: everything (`ids` null), or all rows of these ids. Returns rows that are newly invalid. */
  take(rows: readonly unknown[], ids: ReadonlySet<number> | null): Promise<readonly InvalidRow[]>
}

export function createKnownRows(o: {
  /** Told once of what an operator should know of a row that is served. */
  warn(message: string): void
  now?: () => Date
}): KnownRows {
  const now = o.now ?? (() => new Date())
  const valid = new Map<number, Ramal>()
  let invalid: readonly InvalidRow[] = []
  let warned: ReadonlySet<string> = new Set()

  /** A row that says what it said before stays the same object: comparing 10,000 rows then costs nothing. */
  async function check(rows: readonly unknown[]) {
    const slices = createSlices()
    const parsed: ReturnType<typeof parseRamal>[] = []
    for (const row of rows) {
      await slices.rest()
      const result = parseRamal(row)
      const known = 'ramal' in result ? valid.get(result.ramal.id) : undefined
      const isKnown = known !== undefined && 'ramal' in result
      parsed.push(isKnown && isDeepStrictEqual(known, result.ramal) ? { ramal: known } : result)
    }
    return checkRamais(rows, (_, index) => parsed[index] ?? parseRamal(rows[index]))
  }

  function sayWarnings(messages: readonly string[]): void {
    for (const message of messages) if (!warned.has(message)) o.warn(message)
    warned = new Set(messages)
  }

  return {
    valid,
    get invalid() {
      return invalid
    },
    async take(rows, ids) {
      const checked = await check(rows)
      const isRead = (id: number | null): boolean => ids === null || (id !== null && ids.has(id))
      for (const id of ids ?? [...valid.keys()]) valid.delete(id)
      for (const ramal of checked.ramais) if (isRead(ramal.id)) valid.set(ramal.id, ramal)
      const before = new Map(invalid.map((row) => [keyOf(row), row]))
      const read = checked.invalid.map(
        (row) => before.get(keyOf(row)) ?? { ...row, desde: now().toISOString() },
      )
      invalid = [...invalid.filter(({ row }) => !isRead(idOf(row))), ...read]
      if (ids === null) sayWarnings(checked.warnings.map(({ message }) => message))
      return read.filter((row) => !before.has(keyOf(row)))
    },
  }
}

function idOf(row: unknown): number | null {
  const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : null
  const text = typeof id === 'string' || typeof id === 'number' ? String(id).trim() : ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

function keyOf({ row, reason }: { row: unknown; reason: string }): string {
  return `${idOf(row) ?? ''} ${reason}`
}
