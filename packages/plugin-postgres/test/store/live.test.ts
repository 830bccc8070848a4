import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aStore, changedIds, links, optionsOf } from '../support/a-store.ts'

const patient = { timeout: 12_000, interval: 10 }

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

const insert = `INSERT INTO extension_ia (extension_ia_number, extension_ia_return, extension_ia_ip,
  extension_ia_number_port, condominium_id, extension_ia_return_port)
  VALUES ('1000', '1001', '192.0.2.10', '8080', 7, $1) RETURNING extension_ia_id AS id`

describe('ramais in a table of the field', () => {
  it('gives rows in the shape of the legacy file, without their blanks, and tells of each change', async () => {
    await using store = await aStore(optionsOf(database))
    await vi.waitFor(() => expect(links(store)).toEqual(['live']), patient)
    const [row] = await database.sql(insert, [null])
    const id = row?.['id'] as number
    await vi.waitFor(() => expect(changedIds(store)).toEqual([id]), patient)
    expect(await store.get([id], store)).toEqual([
      {
        id,
        ramal_ia: '1000',
        ramal_retorno: '1001',
        ip_servidor: '192.0.2.10',
        porta_ia: '8080',
        porta_retorno: null,
        condominio_id: 7,
      },
    ])
    expect(await store.list(store)).toEqual(await store.get([id, 999, 2 ** 40], store))
    await database.sql('DELETE FROM extension_ia WHERE extension_ia_id = $1', [id])
    await vi.waitFor(() => expect(changedIds(store)).toEqual([id, id]), patient)
    expect(await store.get([id], store)).toEqual([])
  })

  it('counts a notification that names no row, and tells that condomínios changed', async () => {
    await using store = await aStore(optionsOf(database))
    await vi.waitFor(() => expect(links(store)).toEqual(['live']), patient)
    await database.sql("NOTIFY change_record_extension_ia, 'olá, tudo bem?'")
    await database.sql('NOTIFY change_record_extension_ia')
    await database.sql("NOTIFY change_record_condominium_ia, '{}'")
    await vi.waitFor(
      () =>
        expect(store.hints.slice(1)).toEqual([
          { type: 'ignored', why: 'the payload is no JSON' },
          { type: 'ignored', why: 'the payload is no JSON' },
          { type: 'condominiums' },
        ]),
      patient,
    )
  })

  it('says once that condomínios have no table, and once how to make it', async () => {
    await using store = await aStore(optionsOf(database))
    expect(await store.condominiums?.list(store)).toEqual([])
    expect(await store.condominiums?.list(store)).toEqual([])
    const said = store.lines.texts.filter((text) => text.includes('Condomínios are described'))
    expect(said).toHaveLength(1)
    expect(said[0]?.match(/portaria db migrate/g)).toHaveLength(1)
  })

  it('loses none of 10,000 notifications', async () => {
    await using store = await aStore(optionsOf(database))
    await vi.waitFor(() => expect(links(store)).toEqual(['live']), patient)
    await database.sql(`SELECT pg_notify('change_record_extension_ia',
      json_build_object('action', 'UPDATE', 'data', json_build_object('extension_ia_id', n))::text)
      FROM generate_series(1, 10000) n`)
    await vi.waitFor(() => expect(new Set(changedIds(store)).size).toBe(10_000), patient)
  })
})
