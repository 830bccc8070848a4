import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { type Connector, createConnector } from '../../src/connection/connector.ts'
import { targetOf } from '../../src/connection/target.ts'
import { options } from '../../src/options.ts'
import { selfSigned } from '../../../core/test/api/self-signed.ts'
import { optionsOf } from '../support/a-store.ts'
import { ask } from '../support/ask.ts'
import { linesOf } from '../support/lines.ts'

const encrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'

let plain: TestDatabase
let secure: TestDatabase
let folder: string
let caFile: string
let strangerFile: string
beforeAll(async () => {
  plain = await startTestDatabase()
  secure = await startTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'portaria-tls-'))
  caFile = join(folder, 'ca.pem')
  strangerFile = join(folder, 'stranger.pem')
  const { cert, key } = selfSigned('postgres')
  await writeFile(caFile, cert)
  await writeFile(strangerFile, selfSigned('postgres').cert)
  await give(secure, 'server.crt', cert)
  await give(secure, 'server.key', key)
  await secure.sql('ALTER SYSTEM SET ssl = on')
  await secure.restart('fast')
})
afterAll(async () => {
  await plain[Symbol.asyncDispose]()
  await secure[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A file that the server may read and nobody else. */
async function give(database: TestDatabase, name: string, text: string): Promise<void> {
  const owner = await stat(database.dataDir)
  const path = join(database.dataDir, name)
  await writeFile(path, text, { mode: 0o600 })
  await chown(path, owner.uid, owner.gid)
}

function withHost(options: { url: string }, host: string): { url: string } {
  const url = new URL(options.url)
  url.hostname = host
  return { url: url.href }
}

/** Whether a new connection is encrypted. */
async function isEncrypted(connector: Connector): Promise<unknown> {
  return connector.open(async () => {
    const client = new pg.Client(connector.config())
    await client.connect()
    try {
      return (await client.query<{ ssl: boolean }>(encrypted)).rows[0]?.ssl
    } finally {
      await client.end()
    }
  })
}

describe('TLS to the database', () => {
  it('is taken when nothing is said and the server has it', async () => {
    expect(await ask(optionsOf(secure), encrypted)).toEqual([{ ssl: true }])
  })

  it('is done without when nothing is said and the server has none', async () => {
    expect(await ask(optionsOf(plain), encrypted)).toEqual([{ ssl: false }])
  })

  it('is asked for again after a server that had none for a while', async () => {
    let nowMs = 0
    const target = await targetOf(options.parse(optionsOf(secure)), linesOf().log)
    const connector = createConnector(target, { clock: () => nowMs })
    await secure.sql('ALTER SYSTEM SET ssl = off')
    await secure.restart('fast')
    expect(await isEncrypted(connector)).toBe(false)
    await secure.sql('ALTER SYSTEM SET ssl = on')
    await secure.restart('fast')
    expect(await isEncrypted(connector)).toBe(false)
    nowMs = 60_000
    expect(await isEncrypted(connector)).toBe(true)
  })

  it.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
    ['false', false],
    ['true', true],
  ])('with DB_SSL=%s is used: %s', async (ssl, isUsed) => {
    expect(await ask({ ...optionsOf(secure), ssl }, encrypted)).toEqual([{ ssl: isUsed }])
  })

  it('that is wanted but refused says so, and where to mend it', async () => {
    await expect(ask({ ...optionsOf(plain), ssl: 'require' }, encrypted)).rejects.toThrow(
      /server has none; set ssl = on there, or DB_SSL=prefer/,
    )
    const strict = `${optionsOf(plain).url}?sslmode=verify-full`
    await expect(ask({ url: strict }, encrypted)).rejects.toThrow(/server has none/)
  })

  it('trusts the authority of the file, and no other', async () => {
    const options = { ...optionsOf(secure), sslMode: 'verify-ca' }
    expect(await ask({ ...options, caFile }, encrypted)).toEqual([{ ssl: true }])
    await expect(ask({ ...options, caFile: strangerFile }, encrypted)).rejects.toThrow(
      /not trusted .*PGSSLROOTCERT/,
    )
    await expect(ask(options, encrypted)).rejects.toThrow(/not trusted/)
  })

  it('judges the certificate for "require" with a file, as libpq does', async () => {
    const options = { ...optionsOf(secure), sslMode: 'require', caFile: strangerFile }
    await expect(ask(options, encrypted)).rejects.toThrow(/not trusted/)
  })

  it('with verify-full wants the name in the certificate too', async () => {
    const options = { ...optionsOf(secure), caFile, sslMode: 'verify-full' }
    expect(await ask(options, encrypted)).toEqual([{ ssl: true }])
    const other = { ...options, ...withHost(optionsOf(secure), 'localhost') }
    await expect(ask(other, encrypted)).rejects.toThrow(/certificate is for another name/)
    const lenient = { ...other, sslMode: 'verify-ca' }
    expect(await ask(lenient, encrypted)).toEqual([{ ssl: true }])
  })

  it('reads sslmode and sslrootcert of DATABASE_URL', async () => {
    const url = `${optionsOf(secure).url}?sslmode=verify-ca&sslrootcert=${encodeURIComponent(caFile)}`
    expect(await ask({ url, sslMode: 'disable' }, encrypted)).toEqual([{ ssl: true }])
  })

  it('is taken up when the server lets nobody in without it', async () => {
    await give(secure, 'pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n')
    await secure.restart('fast')
    expect(await ask({ ...optionsOf(secure), ssl: 'allow' }, encrypted)).toEqual([{ ssl: true }])
    await expect(ask({ ...optionsOf(secure), ssl: 'disable' }, encrypted)).rejects.toThrow(
      /does not let postgres in/,
    )
  })
})
