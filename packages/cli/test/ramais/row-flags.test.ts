import { describe, expect, it } from 'vitest'
import { newRowBody, rowBody } from '../../src/ramais/row-flags.ts'

const none = {
  ramal: undefined,
  retorno: undefined,
  ip: undefined,
  porta: undefined,
  'porta-retorno': undefined,
  condominio: undefined,
}

describe('a row as flags', () => {
  it('is what was given, under the names of the API', () => {
    expect(rowBody({ ...none, porta: '8090', 'porta-retorno': '8091', ip: '192.0.2.1' })).toEqual({
      ip_servidor: '192.0.2.1',
      porta_ia: '8090',
      porta_retorno: '8091',
    })
  })

  it('may wish no return port', () => {
    expect(rowBody({ ...none, 'porta-retorno': 'none' })).toEqual({ porta_retorno: null })
  })

  it('is whole when it is new, but for the return port', () => {
    const given = { ramal: '1003', retorno: '1004', ip: '::1', porta: '1', condominio: '2' }
    expect(newRowBody({ ...none, ...given })).toMatchObject({ porta_retorno: null, porta_ia: '1' })
    expect(() => newRowBody({ ...none, ramal: '1003', ip: '::1' })).toThrow(
      'a new ramal needs --retorno, --porta, --condominio as well',
    )
  })
})
