import type { SourceStatus } from '@portaria/core/status'
import { describe, expect, it } from 'vitest'
import { ramaisTable } from '../../src/ramais/ramais-table.ts'
import { aRamal } from './a-ramal.ts'

const source: SourceStatus = {
  kind: 'postgres',
  place: 'portaria@192.0.2.30:5432/portaria',
  link: 'live',
  link_since: '2025-03-01T12:00:00.000Z',
  why: null,
  serving: 'source',
  last_read_at: null,
  hints: { changed: 0, doubt: 0, ignored: 0 },
}

function table(
  o: Partial<Parameters<typeof ramaisTable>[0]>,
  page: { width?: number; now?: string } = {},
): string[] {
  const status = { ramais: [], source, alarms: [], ...o }
  return ramaisTable(status, {
    width: page.width ?? 80,
    now: new Date(page.now ?? '2025-03-05T12:00:00Z'),
  })
}

const moved = aRamal({
  id: 2,
  ramal_ia: '1003',
  porta_ia: 8092,
  porta_retorno: 8093,
  porta_retorno_desejada: null,
  status: 'deslocado',
  motivo: 'a porta 8080 é do ramal 1000',
})

describe('the table of ramais', () => {
  it('shows each with ports, condomínio, status, since when, and calls now/today', () => {
    expect(table({ ramais: [aRamal(), moved] })).toEqual([
      'ID  RAMAL      ADDRESS     PORTS      COND  STATUS     SINCE   CALLS',
      '1   1000/1001  192.0.2.10  8080/8081  1     ativo      01 Mar  1/12',
      '2   1003/1001  192.0.2.10  8092/8093  1     deslocado  01 Mar  1/12',
      '    wishes 8080/any; a porta 8080 é do ramal 1000',
      '',
      '2 ramais: 1 ativo, 1 deslocado; from postgres portaria@192.0.2.30:5432/portaria,',
      '    live',
    ])
  })

  it('fits into the width of the terminal, however long a reason or a name is', () => {
    const long = aRamal({
      ip: 'a-very-long-name-of-a-gate.example.org',
      status: 'invalido',
      motivo: 'porta_ia 70000 não é uma porta: '.repeat(5).trim(),
    })
    const alarms = [{ id: 'removals-held', since: source.link_since, message: 'x '.repeat(90) }]
    for (const width of [60, 80, 200]) {
      const lines = table({ ramais: [aRamal(), long], alarms }, { width })
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }
  })

  it('says that nothing is served, from where, and that the copy on disk is used', () => {
    const lost = { ...source, link: 'lost', why: 'ECONNREFUSED', serving: 'last-good' } as const
    expect(table({ source: lost }, { width: 200 })).toEqual([
      '0 ramais; from postgres portaria@192.0.2.30:5432/portaria, lost (ECONNREFUSED); served from the last good configuration',
    ])
  })

  it('shows alarms', () => {
    const message = '7 ramais vanished: portaria ramais refresh --accept-removals'
    const alarms = [{ id: 'removals-held', since: source.link_since, message }]
    expect(table({ alarms }, { width: 200 }).at(-1)).toBe(
      `ALARM removals-held, since 01 Mar: ${message}`,
    )
  })

  it('obeys nothing that a row says to a terminal', () => {
    const evil = aRamal({ ramal_ia: '\u001b[2J', motivo: 'a\nb\u202e', status: 'invalido' })
    const text = table({ ramais: [evil] }).join('')
    for (const obeyed of ['\u001b', '\n', '\u202e']) expect(text).not.toContain(obeyed)
    expect(text).toContain('�[2J/1001')
  })

  it('shows the time of today, and the year of another', () => {
    const today = table({ ramais: [aRamal()] }, { now: '2025-03-01T12:30:00Z' })
    expect(today[1]).toMatch(/ativo +\d\d:\d\d +1\/12/)
    const later = table({ ramais: [aRamal()] }, { now: '2026-03-01T12:30:00Z' })
    expect(later[1]).toMatch(/ativo +01 Mar 2025 +1\/12/)
  })
})
