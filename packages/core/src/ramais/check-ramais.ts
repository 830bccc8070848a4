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

/**
 * Sorts rows into ramais that can be served and rows that cannot, each with its reason; a bad row
 * never stops another. Of two rows with one port, the lower id keeps it. `apiPort` is the HTTP
 * API's own.
 */
export function checkRamais(rows: readonly unknown[], o: { apiPort?: number } = {}): RamalRows {
  const invalid: Invalid[] = []
  const parsed: Parsed[] = []
  for (const row of rows) {
    const result = parseRamal(row)
    if ('ramal' in result) parsed.push({ row, ramal: result.ramal })
    else invalid.push({ row, reason: result.reason })
  }
  const ramais: Ramal[] = []
  const owners = new Map<number, string>()
  if (o.apiPort) owners.set(o.apiPort, 'the HTTP API (API_PORT)')
  const byId = firstOfEachId(parsed, invalid).sort((a, b) => a.ramal.id - b.ramal.id)
  for (const { row, ramal } of byId) {
    const ports = [ramal.porta_ia, ramal.porta_retorno].filter((port) => port !== null)
    const clash = ports.find((port) => owners.has(port))
    if (clash !== undefined) {
      invalid.push({ row, reason: `port ${clash} belongs to ${owners.get(clash)}: choose another` })
      continue
    }
    for (const port of ports) owners.set(port, `ramal ${ramal.ramal_ia} (id ${ramal.id})`)
    ramais.push(ramal)
  }
  return { ramais, invalid }
}
