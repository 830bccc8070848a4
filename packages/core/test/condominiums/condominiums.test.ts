import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCondominiums } from '../../src/condominiums/condominiums.ts'
import { silentLog, type Log } from '../../src/log.ts'

const configured = { '7': { name: 'Apoena', language: 'es' as const, greeting: 'Hola' } }

function open(warned: string[] = []) {
  const log: Log = { ...silentLog, warn: (_, message) => void warned.push(message) }
  return createCondominiums({ settings: { condominiums: configured, language: 'pt-BR' }, log })
}

const row = {
  condominium_id: 7,
  name: null,
  language: null,
  voice: null,
  greeting: null,
  gate_name: null,
}

describe('the settings of condomínios', () => {
  it('are the configuration’s, then the daemon’s, while the table says nothing', () => {
    const condominiums = open()
    expect(condominiums.of(7)).toEqual({
      name: 'Apoena',
      language: 'es',
      voice: {},
      greeting: 'Hola',
    })
    expect(condominiums.of(8)).toEqual({
      name: null,
      language: 'pt-BR',
      voice: {},
      greeting: null,
    })
  })

  it('are the table’s, column by column, where it says something', () => {
    const condominiums = open()
    const rows = [{ ...row, greeting: ' Edifício Apoena, bom dia ', voice: 'pt-br+f2' }]
    expect(condominiums.apply(rows)).toEqual([7])
    expect(condominiums.of(7)).toEqual({
      name: 'Apoena',
      language: 'es',
      voice: { name: 'pt-br+f2' },
      greeting: 'Edifício Apoena, bom dia',
    })
    expect(condominiums.apply(rows)).toEqual([])
  })

  it('name an AI of the condomínio’s own, if the row has its address', () => {
    const warned: string[] = []
    const condominiums = open(warned)
    const aiUrl = 'https://ia.example/messages/'
    expect(condominiums.apply([{ ...row, ai_url: aiUrl }])).toEqual([7])
    expect(condominiums.of(7)).toMatchObject({ greeting: 'Hola', aiUrl })
    condominiums.apply([{ ...row, ai_url: 'file:///etc/passwd' }])
    expect(condominiums.of(7).aiUrl).toBeUndefined()
    expect(warned).toEqual([expect.stringContaining('ai_url must be an address')])
  })

  it('fall back to the configuration when a row goes', () => {
    const condominiums = open()
    condominiums.apply([{ ...row, greeting: 'Bom dia' }])
    expect(condominiums.apply([])).toEqual([7])
    expect(condominiums.of(7).greeting).toBe('Hola')
  })

  it('leave out a bad column only, and say so once', () => {
    const warned: string[] = []
    const condominiums = open(warned)
    const rows = [{ ...row, language: 'fr', voice: { speed: 9 }, name: 'Novo' }, { name: 'x' }]
    condominiums.apply(rows)
    condominiums.apply(rows)
    expect(condominiums.of(7)).toMatchObject({ name: 'Novo', language: 'es', voice: {} })
    expect(warned).toEqual([
      expect.stringMatching(/condominium_id 7: language must be one of pt-BR, en, es, not "fr"/),
      expect.stringMatching(/condominium_id 7: voice must be the name of a voice/),
      expect.stringMatching(/has no condominium_id/),
    ])
  })

  it('survive any rows', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ condominium_id: fc.nat(9), name: fc.anything() }),
    )
    fc.assert(
      fc.property(fc.array(anything), (rows) => {
        const condominiums = open()
        condominiums.apply(rows)
        expect(['pt-BR', 'en', 'es']).toContain(condominiums.of(7).language)
      }),
    )
  })
})
