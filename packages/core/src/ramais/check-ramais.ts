import { parseRamal } from './parse-ramal.ts'
import type { Ramal, RamalRows } from './ramal.ts'

type Invalid = RamalRows['invalid'][number]
type Parsed = { row: unknown; ramal: Ramal }

function firstOfEachId(parsed: readonly Parsed[], invalid: Invalid[]): Parsed[] {
  const seen = new Set<number>()
  return parsed.filter(({ row, ramal }) => {
    if (!seen.has(ramal.id)) return seen.add(ramal.id)
    invalid.push({ row, reason: `id ${ramal.id} is used by an earlier ramal: give it another` })
    return false
  })
}

export type CheckedRamais = RamalRows & {
  /** What an operator should know of a ramal that is served. */
  readonly warnings: readonly { readonly id: number; readonly message: string }[]
}

/**
 * Sorts rows into ramais that can be served, in id order, and rows that cannot, each with its
 * reason; a bad row never stops another. Ports that two ramais wish are no matter of a row: see
 * `assignPorts`. `parse` is `parseRamal`, or gives what it gave.
 */
export function checkRamais(
  rows: readonly unknown[],
  parse: (row: unknown, index: number) => ReturnType<typeof parseRamal> = parseRamal,
): CheckedRamais {
  const invalid: Invalid[] = []
  const parsed: Parsed[] = []
  for (const [index, row] of rows.entries()) {
    const result = parse(row, index)
    if ('ramal' in result) parsed.push({ row, ramal: result.ramal })
    else invalid.push({ row, reason: result.reason })
  }
  const ramais = firstOfEachId(parsed, invalid)
    .map(({ ramal }) => ramal)
    .sort((a, b) => a.id - b.id)
  return { ramais, invalid, warnings: sharedNumbers(ramais) }
}

/** `ramais` in id order: the later ones of each number are warned about. */
function sharedNumbers(ramais: readonly Ramal[]): CheckedRamais['warnings'] {
  const first = new Map<string, number>()
  const warnings: { id: number; message: string }[] = []
  for (const { id, ramal_ia } of ramais) {
    const other = first.get(ramal_ia)
    if (other === undefined) {
      first.set(ramal_ia, id)
      continue
    }
    warnings.push({
      id,
      message: `ramal_ia ${ramal_ia} is the number of id ${other} too: give it another, or restart them by id`,
    })
  }
  return warnings
}
