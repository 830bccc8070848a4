import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DaemonPlace, findDaemon } from '../../src/daemon/find-daemon.ts'
import { rememberedLogin, rememberLogin } from '../../src/daemon/remembered-login.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-find-'))
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

function find(o: object = {}, env: Record<string, string> = {}): Promise<DaemonPlace> {
  return findDaemon({ folder, env, ...o })
}

/** A daemon that runs on a data folder of this name. */
async function running(name: string, port: number): Promise<void> {
  await mkdir(join(folder, name))
  const file = {
    pid: process.pid,
    api_url: `http://127.0.0.1:${port}`,
    api_token: `token of ${name}`,
    started_at: 'now',
  }
  await writeFile(join(folder, name, 'run.json'), JSON.stringify(file))
}

const login = { url: 'https://gate.example.org', token: 'remembered', ca: '/etc/gate.pem' }

describe('which daemon a command talks to', () => {
  it('is the one at --url, before all others, with the token of nobody else', async () => {
    await running('data', 1)
    await rememberLogin(login)
    expect(await find({ url: 'http://192.0.2.1:8082/', dataDir: 'data' })).toMatchObject({
      url: 'http://192.0.2.1:8082',
      token: null,
    })
  })

  it('has its remembered token when --url names it', async () => {
    await rememberLogin(login)
    expect(await find({ url: 'https://gate.example.org/' })).toMatchObject({ token: 'remembered' })
    expect(await find({ url: login.url, token: 'other' })).toMatchObject({ token: 'other' })
  })

  it('is the one of a data folder that was named, before the one remembered', async () => {
    await running('elsewhere', 2)
    await rememberLogin(login)
    expect(await find({ dataDir: 'elsewhere' })).toMatchObject({
      url: 'http://127.0.0.1:2',
      token: 'token of elsewhere',
    })
  })

  it('is never that of another folder, when none runs on the one that was named', async () => {
    await running('data', 5)
    await rememberLogin(login)
    await expect(find({ dataDir: 'elsewhere' }, { API_PORT: '9000' })).rejects.toThrow(
      /no daemon serves from elsewhere: .*--url/,
    )
  })

  it('is the one remembered, before the one of the default folder', async () => {
    await running('data', 3)
    await rememberLogin(login)
    expect(await find()).toMatchObject({
      url: login.url,
      token: 'remembered',
      trust: { type: 'authority', file: '/etc/gate.pem' },
    })
  })

  it('is the one of the default folder, when nothing was said', async () => {
    await running('data', 4)
    expect(await find()).toMatchObject({ url: 'http://127.0.0.1:4', token: 'token of data' })
  })

  it('is where the settings have it, when none runs', async () => {
    await writeFile(
      join(folder, 'portaria.config.json'),
      JSON.stringify({ api: { host: '0.0.0.0', tlsCert: 'c.pem', tlsKey: 'k.pem' } }),
    )
    const env = { API_TOKEN: 'of the environment', API_PORT: '9000' }
    expect(await find({}, env)).toMatchObject({
      url: 'https://127.0.0.1:9000',
      token: 'of the environment',
      trust: { type: 'own', file: join(folder, 'c.pem') },
    })
  })

  it.each(['gate', 'ftp://gate', 'http://user:secret@gate'])('is never at %s', async (url) => {
    await expect(find({ url })).rejects.toThrow(/--url must be/)
  })
})

describe('a login', () => {
  it('is a file for the user alone, and can be forgotten', async () => {
    const file = await rememberLogin(login)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await rememberedLogin()).toEqual(login)
    await rememberLogin(null)
    expect(await rememberedLogin()).toBeNull()
  })

  it('is none for a user who has no folder to keep it in', async () => {
    await writeFile(join(folder, 'config'), '')
    expect(await rememberedLogin()).toBeNull()
    await expect(rememberLogin(login)).rejects.toThrow(/cannot keep a login.*XDG_CONFIG_HOME/)
  })

  it.each(['{"login":', '{"login":{"url":7}}', '[]'])(
    'is none when its file holds %s',
    async (text) => {
      const file = await rememberLogin(login)
      await writeFile(file, text)
      expect(await rememberedLogin()).toBeNull()
    },
  )
})
