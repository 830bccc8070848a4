import { type Log, silentLog as silent } from '@portaria/core/log'
import { isConfigError } from '@portaria/core/plugin'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/schema/migrate.ts'
import { eachWithItsDatabase } from './databases.ts'

const { again, database, role } = eachWithItsDatabase()
const all = [
  '001-extension-ia.sql',
  '002-condominium-ia.sql',
  '003-history.sql',
  '004-call-turns.sql',
]

function insert(client: Client, values: Record<string, unknown>): Promise<unknown> {
  const columns = Object.keys(values)
  const places = columns.map((_, i) => `$${i + 1}`)
  return client.query(
    `INSERT INTO extension_ia (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(values),
  )
}

const good = {
  extension_ia_number: '1000',
  extension_ia_number_port: '8080',
  extension_ia_return_port: '8081',
  condominium_id: 1,
}

async function triggerNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'extension_ia'::regclass AND NOT tgisinternal ORDER BY 1",
  )
  return rows.map(({ name }) => name)
}

async function heard(client: Client, work: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = []
  client.on('notification', ({ payload = '' }) => told.push(payload))
  await client.query('LISTEN change_record_extension_ia; LISTEN change_record_condominium_ia')
  await work()
  await client.query('SELECT 1')
  client.removeAllListeners('notification')
  return told
}

describe('migrating a database', () => {
  it('brings an empty one up to date, once', async () => {
    const client = await database()
    expect(await migrate({ client, log: silent })).toEqual({ applied: all, already: 0 })
    expect(await migrate({ client, log: silent })).toEqual({ applied: [], already: all.length })
  })

  it('leaves table, triggers and rows of the field as they are', async () => {
    const client = await database({ legacy: true })
    await insert(client, { ...good, extension_ia_id: 4 })
    const before = await triggerNames(client)
    await migrate({ client, log: silent })
    expect(await triggerNames(client)).toEqual(before)
    expect((await client.query('SELECT * FROM extension_ia')).rows).toMatchObject([
      { extension_ia_id: 4, extension_ia_number: '1000'.padEnd(50) },
    ])
    const told = await heard(client, () => client.query('DELETE FROM extension_ia'))
    expect(told).toHaveLength(1)
  })

  it('adds triggers only for the events that nobody tells', async () => {
    const client = await database({ legacy: true })
    await client.query('DROP TRIGGER trg_extension_ia_delete ON extension_ia')
    await migrate({ client, log: silent })
    expect(await triggerNames(client)).toEqual([
      'portaria_extension_ia_delete',
      'trg_extension_ia_insert',
      'trg_extension_ia_update',
    ])
  })

  it('is safe when two do it at once', async () => {
    const client = await database()
    const other = await again(client)
    const [one, two] = await Promise.all([
      migrate({ client, log: silent }),
      migrate({ client: other, log: silent }),
    ])
    expect([...one.applied, ...two.applied].toSorted()).toEqual(all)
    expect((await client.query('SELECT FROM portaria_migration')).rowCount).toBe(all.length)
  })

  it('refuses to go on when an applied file was changed', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    await client.query("UPDATE portaria_migration SET sha256 = 'other' WHERE name LIKE '002%'")
    await expect(migrate({ client, log: silent })).rejects.toThrow(
      /sql\/002-condominium-ia\.sql is not what was applied/,
    )
  })

  it('says so, and goes on, when the database is of a newer version', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    await client.query("INSERT INTO portaria_migration VALUES ('900-later.sql', 'x')")
    const warned: string[] = []
    const log: Log = { ...silent, warn: (_, message) => void warned.push(message) }
    expect((await migrate({ client, log })).applied).toEqual([])
    expect(warned).toEqual([expect.stringMatching(/newer version/)])
  })

  it('names the GRANT that a role lacks, and changes nothing', async () => {
    const owner = await database({ legacy: true })
    const client = await again(owner, await role('reader'))
    const error = await migrate({ client, log: silent }).catch((e: unknown) => e)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(/GRANT USAGE, CREATE ON SCHEMA public TO reader/)
    const kept = await owner.query("SELECT to_regclass('portaria_migration') AS t")
    expect(kept.rows).toEqual([{ t: null }])
  })

  it('gives up soon, changing nothing, while another session holds the table', async () => {
    const client = await database({ legacy: true })
    await client.query('DROP TRIGGER trg_extension_ia_delete ON extension_ia')
    const holder = await again(client)
    await holder.query('BEGIN; LOCK TABLE extension_ia IN ACCESS EXCLUSIVE MODE')
    await expect(migrate({ client, log: silent })).rejects.toThrow(/another session holds a lock/)
    await holder.query('ROLLBACK')
    expect((await migrate({ client, log: silent })).applied).toEqual(all)
  })
})

describe('what the triggers tell', () => {
  it('is the action, the row and the time, with microseconds', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    const told = await heard(client, () => insert(client, good))
    expect(JSON.parse(told[0] ?? '')).toEqual({
      action: 'INSERT',
      data: expect.objectContaining({
        extension_ia_id: 1,
        extension_ia_number: '1000'.padEnd(50),
        extension_ia_return_port: '8081'.padEnd(50),
      }) as unknown,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as unknown,
    })
  })

  it('is the id alone when the row is too long for a notification', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    await client.query('ALTER TABLE extension_ia ALTER extension_ia_number TYPE text')
    const told = await heard(client, () =>
      insert(client, { ...good, extension_ia_number: 'é'.repeat(5000) }),
    )
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ data: { extension_ia_id: 1 } })
    expect((told[0] ?? '').length).toBeLessThan(200)
  })

  it('is both ids when an id changes', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    await insert(client, good)
    const told = await heard(client, () =>
      client.query('UPDATE extension_ia SET extension_ia_id = 9'),
    )
    expect(told.map((payload) => JSON.parse(payload) as unknown)).toMatchObject([
      { action: 'UPDATE', data: { extension_ia_id: 9 } },
      { action: 'DELETE', data: { extension_ia_id: 1 } },
    ])
  })

  it('names the condomínio whose settings changed', async () => {
    const client = await database()
    await migrate({ client, log: silent })
    const told = await heard(client, async () => {
      await client.query("INSERT INTO condominium_ia (condominium_id, name) VALUES (7, 'Apoena')")
      await client.query('DELETE FROM condominium_ia')
    })
    expect(told.map((payload) => JSON.parse(payload) as unknown)).toMatchObject([
      { action: 'INSERT', data: { condominium_id: 7 } },
      { action: 'DELETE', data: { condominium_id: 7 } },
    ])
  })
})

describe('constraints', () => {
  it('are added to clean rows, once, and refuse bad ones from then on', async () => {
    const client = await database({ legacy: true })
    await insert(client, { ...good, extension_ia_return_port: null })
    const done = await migrate({ client, log: silent, constraints: true })
    expect(done.applied).toEqual([...all, 'constraints.sql'])
    expect((await migrate({ client, log: silent, constraints: true })).applied).toEqual([])
    for (const bad of [
      { extension_ia_id: 1 },
      { extension_ia_number: '  ' },
      { extension_ia_number: null },
      { extension_ia_number_port: '0' },
      { extension_ia_number_port: '70000' },
      { extension_ia_number_port: 'abc' },
      { extension_ia_number_port: null },
      { extension_ia_return_port: ' ' },
      { extension_ia_return_port: '8080' },
      { condominium_id: null },
    ]) {
      await expect(insert(client, { ...good, ...bad })).rejects.toThrow(/violates/)
    }
    await insert(client, { ...good, extension_ia_number_port: ' 8090 ' })
  })

  it('name the rows that are against them, and change nothing', async () => {
    const client = await database({ legacy: true })
    await insert(client, { ...good, extension_ia_id: 1 })
    await insert(client, { ...good, extension_ia_id: 1 })
    await insert(client, { ...good, extension_ia_id: 2, extension_ia_number_port: 'abc' })
    await insert(client, { ...good, extension_ia_id: 3, extension_ia_return_port: '8080' })
    await insert(client, { extension_ia_id: 5, extension_ia_number: ' ' })
    const error = await migrate({ client, log: silent, constraints: true }).catch(String)
    expect(error).toMatch(/extension_ia_id 1: 2 rows have this id/)
    expect(error).toMatch(/extension_ia_id 2: its port is not one of 1 to 65535: "abc"/)
    expect(error).toMatch(/extension_ia_id 3: its two ports are the same: 8080/)
    expect(error).toMatch(/extension_ia_id 5: it has no number, it has no condominium_id, its port/)
    const { rows } = await client.query(
      "SELECT FROM pg_constraint WHERE conrelid = 'extension_ia'::regclass AND contype IN ('c', 'p')",
    )
    expect(rows).toEqual([])
  })
})
