import { silentLog } from '@portaria/core/log'
import { startTestDatabase } from '@portaria/test-kit/test-database'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/schema/finding.ts'
import { inspectSchema } from '../../src/schema/inspect-schema.ts'
import { migrate } from '../../src/schema/migrate.ts'
import { eachWithItsDatabase } from './databases.ts'

const { again, database, role } = eachWithItsDatabase()
const channel = 'change_record_extension_ia'

async function faults(client: Client, on = channel): Promise<readonly Finding[]> {
  const findings = await inspectSchema(client, { channel: on })
  return findings.filter(({ state }) => state !== 'ok')
}

/** Runs what each finding says, and looks again. */
async function mended(client: Client, on = channel): Promise<readonly Finding[]> {
  for (const { sql } of await faults(client, on)) if (sql !== null) await client.query(sql)
  return faults(client, on)
}

function subjects(findings: readonly Finding[]): string[] {
  return findings.map(({ subject, state }) => `${subject}: ${state}`)
}

describe('inspecting a database', () => {
  it('finds nothing wrong once it is migrated', async () => {
    const client = await database()
    await migrate({ client, log: silentLog })
    const findings = await inspectSchema(client, { channel })
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(findings.map(({ subject }) => subject)).toEqual([
      'table',
      'columns',
      'primary key',
      'function',
      'trigger INSERT',
      'trigger UPDATE',
      'trigger DELETE',
      'privilege SELECT',
      'privilege INSERT',
      'privilege UPDATE',
      'privilege DELETE',
      'condominium',
      'history',
      'history',
      'listen',
    ])
  })

  it('recognises the triggers of the field, and says what it lacks there', async () => {
    const client = await database({ legacy: true })
    expect(subjects(await faults(client))).toEqual([
      'primary key: warning',
      'condominium: warning',
      'history: warning',
      'history: warning',
    ])
    expect(await mended(client)).toEqual([])
  })

  it('says what a table of calls of before the traces lacks, and adds it', async () => {
    const client = await database()
    await migrate({ client, log: silentLog })
    await client.query('ALTER TABLE portaria_call DROP COLUMN turns')
    expect(await faults(client)).toMatchObject([
      {
        subject: 'history',
        state: 'warning',
        message: expect.stringContaining('turns') as unknown,
      },
    ])
    expect(await mended(client)).toEqual([])
  })

  it('gives the SQL that makes an empty database one of ours', async () => {
    const client = await database()
    expect(subjects(await faults(client))).toContain('table: missing')
    expect(await mended(client)).toEqual([])
  })

  it('gives the SQL for another channel too', async () => {
    const client = await database()
    expect(await mended(client, 'ramais_novos')).toEqual([])
    expect(subjects(await faults(client, 'ramais'))).toContain('function: missing')
  })

  it.each([
    [
      'disabled',
      'ALTER TABLE extension_ia DISABLE TRIGGER trg_extension_ia_update',
      'missing',
      /trg_extension_ia_update exists but is disabled/,
    ],
    [
      'for replicas only',
      'ALTER TABLE extension_ia ENABLE REPLICA TRIGGER trg_extension_ia_update',
      'missing',
      /is disabled/,
    ],
    [
      'missing',
      'DROP TRIGGER trg_extension_ia_update ON extension_ia',
      'missing',
      /no trigger tells/,
    ],
    [
      'for each statement',
      `DROP TRIGGER trg_extension_ia_update ON extension_ia;
       CREATE TRIGGER "By statement" AFTER UPDATE ON extension_ia
         FOR EACH STATEMENT EXECUTE FUNCTION notify_change_record_extension_ia()`,
      'missing',
      /"By statement" fires FOR EACH STATEMENT/,
    ],
    [
      'before the change',
      `DROP TRIGGER trg_extension_ia_update ON extension_ia;
       CREATE TRIGGER early BEFORE UPDATE ON extension_ia
         FOR EACH ROW EXECUTE FUNCTION notify_change_record_extension_ia()`,
      'warning',
      /early fires BEFORE/,
    ],
    [
      'for some columns',
      `DROP TRIGGER trg_extension_ia_update ON extension_ia;
       CREATE TRIGGER partly AFTER UPDATE OF extension_ia_ip ON extension_ia
         FOR EACH ROW EXECUTE FUNCTION notify_change_record_extension_ia()`,
      'warning',
      /partly has a condition or a list of columns/,
    ],
    [
      'told twice',
      `CREATE TRIGGER again AFTER UPDATE ON extension_ia
         FOR EACH ROW EXECUTE FUNCTION notify_change_record_extension_ia()`,
      'warning',
      /again and trg_extension_ia_update tell every UPDATE more than once/,
    ],
  ] as const)('sees an UPDATE trigger that is %s, and mends it', async (_, sql, state, message) => {
    const client = await database({ legacy: true })
    await client.query(sql)
    const found = (await faults(client)).find(({ subject }) => subject === 'trigger UPDATE')
    expect(found).toMatchObject({ state, message: expect.stringMatching(message) as unknown })
    await client.query(found?.sql ?? '')
    expect(subjects(await faults(client))).not.toContain(`trigger UPDATE: ${state}`)
  })

  it('names what a role may not do, with its GRANT', async () => {
    const owner = await database({ legacy: true })
    await migrate({ client: owner, log: silentLog })
    const client = await again(owner, await role('Só lê'))
    const found = await faults(client)
    expect(found.find(({ subject }) => subject === 'privilege SELECT')).toEqual({
      subject: 'privilege SELECT',
      state: 'missing',
      message: '"Só lê" may not SELECT: Portaria reads nothing',
      sql: 'GRANT SELECT ON public.extension_ia TO "Só lê";',
    })
    for (const { sql } of found) if (sql?.startsWith('GRANT') === true) await owner.query(sql)
    expect(subjects(await faults(client))).toEqual(['primary key: warning'])
  })

  it('names the sequence of a serial id that a role may not use', async () => {
    const owner = await database()
    await owner.query('CREATE TABLE extension_ia (extension_ia_id serial)')
    await owner.query('CREATE ROLE writer LOGIN PASSWORD $$secret$$')
    await owner.query('GRANT SELECT, INSERT ON extension_ia TO writer')
    const client = await again(owner, { user: 'writer', password: 'secret' })
    const found = (await faults(client)).find(({ subject }) => subject === 'privilege INSERT')
    expect(found?.sql).toBe('GRANT USAGE ON SEQUENCE extension_ia_extension_ia_id_seq TO writer;')
  })

  it('adds the columns that are missing', async () => {
    const client = await database({ legacy: true })
    await client.query('ALTER TABLE extension_ia DROP COLUMN extension_ia_return_port')
    expect(subjects(await faults(client))).toContain('columns: missing')
    expect(await mended(client)).toEqual([])
  })

  it('says that row-level security hides rows', async () => {
    const owner = await database({ legacy: true })
    await owner.query('ALTER TABLE extension_ia ENABLE ROW LEVEL SECURITY')
    await owner.query('CREATE ROLE hidden LOGIN PASSWORD $$secret$$')
    const client = await again(owner, { user: 'hidden', password: 'secret' })
    expect(subjects(await faults(client))).toContain('table: warning')
  })

  it('recognises a standby', async () => {
    await using server = await startTestDatabase({ legacy: true })
    await server.stop()
    await writeFile(join(server.dataDir, 'standby.signal'), '')
    await server.start()
    const client = await server.client()
    expect(subjects(await faults(client))).toContain('listen: missing')
    await expect(migrate({ client, log: silentLog })).rejects.toThrow(/Migrate at the primary/)
  })
})
