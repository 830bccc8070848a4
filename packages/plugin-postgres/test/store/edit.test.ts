import { isEditRefused, type RamalDraft } from '@portaria/core/plugin'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aStore, changedIds, links, optionsOf } from '../support/a-store.ts'

const patient = { timeout: 12_000, interval: 10 }

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ legacy: true })
  await database.sql(`
    CREATE ROLE reader LOGIN PASSWORD 'x';
    GRANT SELECT ON extension_ia TO reader;
    CREATE ROLE stranger LOGIN PASSWORD 'x';
    CREATE ROLE careful LOGIN PASSWORD 'x';
    GRANT ALL ON extension_ia TO careful;
    ALTER ROLE careful SET default_transaction_read_only = on`)
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

function as(role: string): { url: string } {
  const url = new URL(database.url)
  url.username = role
  url.password = 'x'
  return { url: url.href }
}

const draft: RamalDraft = {
  ramal_ia: '1000',
  ramal_retorno: '1001',
  ip_servidor: '0.0.0.0',
  porta_ia: 8080,
  porta_retorno: 8081,
  condominio_id: 1,
}

async function refused(work: Promise<unknown> | undefined): Promise<[string, string]> {
  const error = await work?.catch((thrown: unknown) => thrown)
  if (!isEditRefused(error)) throw new Error(`not refused: ${String(error)}`)
  return [error.why, error.message]
}

describe('ramais written by Portaria', () => {
  it('are inserted, changed and removed in the table, whose triggers tell', async () => {
    await using store = await aStore(optionsOf(database))
    await vi.waitFor(() => expect(links(store)).toEqual(['live']), patient)
    const id = (await store.edit?.create(draft, store)) ?? 0
    expect(await store.get([id], store)).toEqual([
      { ...draft, id, porta_ia: '8080', porta_retorno: '8081' },
    ])
    expect(await store.edit?.change(id, { porta_retorno: null, ramal_ia: "10'00" }, store)).toBe(
      'changed',
    )
    expect(await store.edit?.change(id, {}, store)).toBe('changed')
    expect(await store.get([id], store)).toMatchObject([{ porta_retorno: null, ramal_ia: "10'00" }])
    expect(await store.edit?.remove(id, store)).toBe('removed')
    expect(await store.edit?.remove(id, store)).toBe('missing')
    expect(await store.edit?.change(id, { porta_ia: 1 }, store)).toBe('missing')
    expect(await store.edit?.change(id, {}, store)).toBe('missing')
    await vi.waitFor(() => expect(changedIds(store)).toEqual([id, id, id]), patient)
  })

  it('are refused to a role that may only read, with the GRANT that mends it', async () => {
    await using store = await aStore(as('reader'))
    expect(await store.list(store)).toEqual([])
    const grant = 'GRANT SELECT, INSERT, UPDATE, DELETE ON public.extension_ia TO reader;'
    const works = [
      ['INSERT', () => store.edit?.create(draft, store)],
      ['UPDATE', () => store.edit?.change(1, { porta_ia: 1 }, store)],
      ['DELETE', () => store.edit?.remove(1, store)],
    ] as const
    for (const [verb, work] of works) {
      const [why, message] = await refused(work())
      expect(why).toBe('forbidden')
      expect(message).toContain(`Missing is ${verb}: ${grant}`)
    }
  })

  it('are not read by a role without the right, which is named', async () => {
    await using store = await aStore(as('stranger'))
    await expect(store.list(store)).rejects.toThrow(
      'GRANT SELECT ON public.extension_ia TO "stranger";',
    )
  })

  it('are refused where the role is read-only', async () => {
    await using store = await aStore(as('careful'))
    const [why, message] = await refused(store.edit?.create(draft, store))
    expect(why).toBe('forbidden')
    expect(message).toMatch(/read-only.*primary/)
  })

  it('are refused where a constraint or a column is against the row', async () => {
    await using other = await startTestDatabase({ legacy: true })
    await other.sql(`
      ALTER TABLE extension_ia ADD CONSTRAINT one_number UNIQUE (extension_ia_number);
      ALTER TABLE extension_ia ALTER extension_ia_return_port SET NOT NULL`)
    await using store = await aStore(optionsOf(other))
    await store.edit?.create(draft, store)
    const conflicts = [
      draft,
      { ...draft, ramal_ia: '2', porta_retorno: null },
      { ...draft, ramal_ia: '1'.repeat(51) },
    ]
    for (const row of conflicts) {
      expect((await refused(store.edit?.create(row, store)))[0]).toBe('conflict')
    }
    expect(await store.list(store)).toHaveLength(1)
  })

  it('get an id of their own where the table gives none and its columns are of other types', async () => {
    await using other = await startTestDatabase()
    await other.sql(`CREATE TABLE public.extension_ia (extension_ia_id bigint, extension_ia_number varchar,
      extension_ia_return varchar, extension_ia_ip inet, extension_ia_number_port integer,
      condominium_id bigint, extension_ia_return_port integer)`)
    await using store = await aStore(optionsOf(other))
    const all = await Promise.all([1, 2, 3].map(async () => store.edit?.create(draft, store)))
    expect(new Set(all)).toEqual(new Set([1, 2, 3]))
    expect(await store.get([2], store)).toEqual([{ ...draft, id: 2 }])
    expect(await store.edit?.change(2, { porta_retorno: null }, store)).toBe('changed')
  })

  it('of a table that nobody made say how to make it', async () => {
    await using other = await startTestDatabase()
    await using store = await aStore(optionsOf(other))
    await expect(store.list(store)).rejects.toThrow(/portaria db migrate/)
    await expect(store.edit?.create(draft, store)).rejects.toThrow(/portaria db migrate/)
  })
})

describe('condomínios', () => {
  it('are read where they have a table, and none where they have not, said once', async () => {
    await using store = await aStore(optionsOf(database))
    expect(await store.condominiums?.list(store)).toEqual([])
    expect(await store.condominiums?.list(store)).toEqual([])
    expect(store.lines.texts.filter((text) => /configuration only/.test(text))).toHaveLength(1)
    await using other = await startTestDatabase({ migrated: true })
    await using full = await aStore(optionsOf(other))
    await vi.waitFor(() => expect(links(full)).toEqual(['live']), patient)
    await other.sql("INSERT INTO condominium_ia (condominium_id, name) VALUES (7, 'Apoena')")
    await vi.waitFor(() => expect(full.hints).toContainEqual({ type: 'condominiums' }), patient)
    expect(await full.condominiums?.list(full)).toMatchObject([
      { condominium_id: 7, name: 'Apoena', greeting: null, policies: {} },
    ])
  })
})
