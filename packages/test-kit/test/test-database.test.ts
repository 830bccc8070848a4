import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, vi } from 'vitest'
import { startTestDatabase } from '../src/test-database.ts'

describe('a test database', () => {
  it('is a server of its own, and gone with its files afterwards', async () => {
    let dataDir = ''
    {
      await using database = await startTestDatabase()
      await using other = await startTestDatabase()
      dataDir = database.dataDir
      await database.sql('CREATE TABLE t (i integer); INSERT INTO t VALUES (1)')
      expect(await database.sql('SELECT i + $1::integer AS sum FROM t', [1])).toEqual([{ sum: 2 }])
      expect(await other.sql("SELECT to_regclass('t') AS t")).toEqual([{ t: null }])
    }
    expect(existsSync(dataDir)).toBe(false)
  })

  it('keeps its data, its port and its URL when it crashes', async () => {
    await using database = await startTestDatabase()
    await database.sql('CREATE TABLE t AS SELECT 7 AS i')
    const client = await database.client()
    await database.restart('immediate')
    await expect(client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable|abnormal/i)
    expect(await database.sql('SELECT i FROM t')).toEqual([{ i: 7 }])
    await database.stop()
    await expect(database.client()).rejects.toThrow(/ECONNREFUSED/)
    await database.start()
    expect(await database.sql('SELECT i FROM t')).toEqual([{ i: 7 }])
  })

  it.each([{ legacy: true }, { migrated: true }, { legacy: true, migrated: true }])(
    'tells a change once with %o',
    async (options) => {
      await using database = await startTestDatabase(options)
      const client = await database.client()
      const told: string[] = []
      client.on('notification', ({ payload = '' }) => told.push(payload))
      await client.query('LISTEN change_record_extension_ia')
      await client.query("INSERT INTO extension_ia (extension_ia_number) VALUES ('1000')")
      await client.query("UPDATE extension_ia SET extension_ia_number = '1001'")
      await client.query('DELETE FROM extension_ia')
      await client.query('SELECT 1')
      expect(told.map((payload) => (JSON.parse(payload) as { action: string }).action)).toEqual([
        'INSERT',
        'UPDATE',
        'DELETE',
      ])
    },
  )

  it('ends with a test process that is killed', async () => {
    const script = join(import.meta.dirname, 'run-until-killed.ts')
    const args = ['--conditions=@portaria/source', script]
    const test = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface(test.stdout), 'line')) as [string]
    const { dataDir, port } = JSON.parse(line) as { dataDir: string; port: number }
    test.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(dataDir)).toBe(false), { timeout: 10_000 })
    const socket = connect(port, '127.0.0.1')
    await expect(once(socket, 'connect')).rejects.toThrow(/ECONNREFUSED/)
  })
})
