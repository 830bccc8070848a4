import { silentLog } from '@portaria/core/log'
import { isConfigError } from '@portaria/core/plugin'
import { chmod, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Embedded, startEmbedded } from '../../src/embedded/start-embedded.ts'
import { canMount, chownAll, dataFolder, query, ramais, runEmbedded, start } from './embedded.ts'

const isRoot = userInfo().uid === 0
const mounts = await canMount()

/** Another server may take the port of one that is stopped. */
function withoutPort(url: string): string {
  return url.replace(/:\d+\//, '/')
}

describe('the embedded server', { timeout: 60_000 }, () => {
  it('is made with a ramal to try out, and found later as it was left', async () => {
    await using folder = await dataFolder()
    let url = ''
    {
      await using first = await start(folder.path)
      url = first.url
      expect(first.place).not.toContain(new URL(url).password)
      expect(await query(url, 'SELECT * FROM extension_ia')).toEqual([
        {
          extension_ia_id: 1,
          extension_ia_number: '1000'.padEnd(50),
          extension_ia_return: '1001'.padEnd(50),
          extension_ia_ip: '127.0.0.1'.padEnd(50),
          extension_ia_number_port: '8080'.padEnd(50),
          extension_ia_return_port: '8081'.padEnd(50),
          condominium_id: 1,
        },
      ])
      await query(url, 'DELETE FROM extension_ia; CREATE TABLE mine AS SELECT 7 AS i')
    }
    await expect(query(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED|password authentication/)
    await using second = await start(folder.path)
    expect(withoutPort(second.url)).toBe(withoutPort(url))
    expect(await query(second.url, 'SELECT i FROM mine')).toEqual([{ i: 7 }])
    expect(await ramais(second.url)).toEqual([])
  })

  it('is reached whatever the environment says of TLS, which is meant for other servers', async () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('PGSSLMODE', 'require')
    await using folder = await dataFolder()
    await using server = await start(folder.path)
    vi.unstubAllEnvs()
    expect(await ramais(server.url)).toEqual([[1, '1000']])
  })

  it('lets in only who knows the password, who may do everything but run programs', async () => {
    await using folder = await dataFolder()
    await using server = await start(folder.path)
    const wrong = new URL(server.url)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
    expect((await stat(join(folder.path, 'postgres.json'))).mode & 0o777).toBe(0o600)
    await query(server.url, 'CREATE SCHEMA other; CREATE TABLE other.t (i integer)')
    await expect(query(server.url, "COPY other.t FROM PROGRAM 'id'")).rejects.toThrow(/permission/)
    expect(
      await query(
        server.url,
        `SELECT pg_encoding_to_char(encoding) AS encoding, current_setting('fsync') AS fsync
         FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual([{ encoding: 'UTF8', fsync: 'on' }])
  })

  it('takes over the ramais of the file, with their ids', async () => {
    await using folder = await dataFolder()
    const row = { ramal_retorno: '2001', ip_servidor: '0.0.0.0', condominio_id: 3 }
    const rows = [
      { ...row, id: 7, ramal_ia: '2000', porta_ia: 9000, porta_retorno: 9001 },
      { ...row, id: 3, ramal_ia: 3000, porta_ia: '9002', porta_retorno: null },
    ]
    await writeFile(join(folder.path, 'ramais_config.json'), JSON.stringify({ ramais: rows }))
    await using server = await start(folder.path)
    expect(await ramais(server.url)).toEqual([
      [3, '3000'],
      [7, '2000'],
    ])
    await query(server.url, "INSERT INTO extension_ia (extension_ia_number) VALUES ('4000')")
    expect(await ramais(server.url)).toContainEqual([8, '4000'])
  })

  it.each([
    ['{"ramais": [', /row|JSON|Unexpected/i],
    ['[{"id": 1, "allow": ["10.0.0.0/8"]}]', /row 1 .*allow has no place in the table/],
    ['[{"id": "x"}]', /row 1 .*id: /],
  ])('refuses the file %s, and takes it once it is mended', async (text, message) => {
    await using folder = await dataFolder()
    const file = join(folder.path, 'ramais_config.json')
    await writeFile(file, text)
    const error = await start(folder.path).catch((e: unknown) => e)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toMatch(message)
    expect(String(error)).toMatch(/--ramais file/)
    await writeFile(file, '[]')
    await using server = await start(folder.path)
    expect(await ramais(server.url)).toEqual([])
  })

  it('is made once when two begin at once, and one of them gets it', async () => {
    await using folder = await dataFolder()
    const both = await Promise.allSettled([start(folder.path), start(folder.path)])
    const won = both.filter(({ status }) => status === 'fulfilled')
    const lost = both.filter(({ status }) => status === 'rejected')
    expect(won).toHaveLength(1)
    expect(String((lost[0] as PromiseRejectedResult).reason)).toMatch(/in use by/)
    await using server = (won[0] as PromiseFulfilledResult<Embedded>).value
    expect(await ramais(server.url)).toEqual([[1, '1000']])
  })

  it.skipIf(!mounts)('says so when its disk is full, and begins anew when it is not', async () => {
    await using folder = await dataFolder()
    {
      await using full = await runEmbedded(folder.path, { disk: '20m' })
      expect(full.error).toMatch(/ConfigError: .*Its disk is full: make room/)
    }
    await using server = await start(folder.path)
    expect(await ramais(server.url)).toEqual([[1, '1000']])
  })

  it('stops when its start is given up, and leaves nothing that hinders the next', async () => {
    await using folder = await dataFolder()
    const giveUp = new AbortController()
    const starting = startEmbedded({
      dataDir: folder.path,
      log: { ...silentLog, info: () => giveUp.abort(new Error('given up')) },
      signal: giveUp.signal,
    })
    await expect(starting).rejects.toThrow(/given up/)
    await using server = await start(folder.path)
    expect(await ramais(server.url)).toEqual([[1, '1000']])
  })

  it.skipIf(!isRoot)('runs as an ordinary user, in a home that is closed to others', async () => {
    await using folder = await dataFolder()
    const nobody = 65_534
    await chownAll(folder.path, nobody)
    await chmod(folder.path, 0o700)
    await using server = await runEmbedded(folder.path, { uid: nobody, gid: nobody })
    expect(await ramais(server.url)).toEqual([[1, '1000']])
    expect((await stat(join(folder.path, 'postgres'))).uid).toBe(nobody)
  })
})
