import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'

type Finding = { subject: string; state: string; message: string; sql: string | null }

let folder: Awaited<ReturnType<typeof ownFolder>>
beforeAll(async () => {
  folder = await ownFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

function db(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runPortaria(['db', ...args], { cwd: folder.path, env })
}

describe('portaria db, on a database of the field', () => {
  let database: TestDatabase
  let env: { DATABASE_URL: string }
  beforeAll(async () => {
    database = await startTestDatabase({ legacy: true })
    env = { DATABASE_URL: database.url }
  }, 60_000)
  afterAll(() => database[Symbol.asyncDispose]())

  it('finds table and triggers, and says what else there could be', async () => {
    const { code, stdout, stderr } = await db(['check', '--json'], env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { findings } = JSON.parse(stdout) as { findings: Finding[] }
    const states = Object.fromEntries(findings.map(({ subject, state }) => [subject, state]))
    expect(states).toMatchObject({ table: 'ok', 'trigger INSERT': 'ok', history: 'warning' })
    expect(stdout).not.toContain(`:${new URL(database.url).password}@`)
  })

  it('ends with 1 when a trigger is missing, and prints the SQL that mends it', async () => {
    const [row] = await database.sql(
      `SELECT tgname FROM pg_trigger WHERE tgrelid = 'extension_ia'::regclass AND NOT tgisinternal LIMIT 1`,
    )
    const trigger = String(row?.['tgname'])
    await database.sql(`ALTER TABLE extension_ia DISABLE TRIGGER "${trigger}"`)
    const { code, stdout } = await db(['check'], env)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^MISSING +trigger/m)
    const sql = /^ {4}(ALTER TABLE .* ENABLE .*;)$/m.exec(stdout)?.[1] ?? ''
    await database.sql(sql)
    expect((await db(['check'], env)).code).toBe(0)
  })

  it('migrates once, and again does nothing', async () => {
    const first = await db(['migrate'], env)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^applied 001-.*\n.*002-.*\n.*003-.*\n.*004-/)
    const again = await db(['migrate', '--json'], env)
    expect(JSON.parse(again.stdout)).toEqual({ applied: [], already: 4 })
  })

  it('prints the address, and only that', async () => {
    const { hostname, port, username, password } = new URL(database.url)
    const parts = { DB_HOST: hostname, DB_PORT: port, DB_USER: username, DB_PASSWORD: password }
    const { code, stdout } = await db(['url'], { ...parts, DB_NAME: 'postgres' })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(await connects(database, stdout.trim())).toBe(true)
  })

  it('opens psql without the password in its arguments, and ends as psql does', async () => {
    const bin = join(folder.path, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'psql'), '#!/bin/sh\nprintf "%s|" "$PGPASSWORD" "$@"\nexit 3\n')
    await chmod(join(bin, 'psql'), 0o755)
    const path = { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    const { code, stdout } = await db(['psql', '--', '-c', 'SELECT 1'], { ...env, ...path })
    expect(code).toBe(3)
    const { password } = new URL(database.url)
    const [secret, url, ...rest] = stdout.split('|')
    expect({ secret, rest }).toEqual({ secret: password, rest: ['-c', 'SELECT 1', ''] })
    expect(url).not.toContain(`:${password}@`)
    expect(url).toContain(String(database.port))
  })

  it('says that the server does not answer, without the password', async () => {
    await database.stop()
    const { code, stderr } = await db(['check'], env)
    expect(code).toBe(1)
    expect(stderr).toContain(String(database.port))
    expect(stderr).not.toContain(`:${new URL(database.url).password}@`)
    expect(stderr).not.toContain('fault of Portaria')
    await database.start()
  })
})

async function connects(database: TestDatabase, url: string): Promise<boolean> {
  const client = await database.client(url)
  const { rows } = await client.query('SELECT 1 AS one')
  return rows.length === 1
}

describe('portaria db, without a database', () => {
  it('says that ramais come from a file', async () => {
    const { code, stdout, stderr } = await db(['url', '--ramais', 'file'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/come from a file.*DATABASE_URL or DB_HOST/)
  })

  it('says that the embedded one runs only while the daemon does', async () => {
    const { code, stdout, stderr } = await db(['url'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/runs only while its daemon does.*portaria serve/)
  })
})
