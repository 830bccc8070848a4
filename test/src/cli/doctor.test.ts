import { once } from 'node:events'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { freePorts } from '@portaria/test-kit/free-ports'
import { callIn } from '@portaria/test-kit/phone'
import { startTestDatabase } from '@portaria/test-kit/test-database'
import { describe, expect, it, vi } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, servePortaria } from './serve-portaria.ts'

type Finding = { subject: string; state: string; message: string; remedy: string | null }

const limit = { timeout: 60_000 }

async function doctor(
  folder: string,
  o: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Ran & { findings: readonly Finding[]; broken: readonly Finding[] }> {
  const [port] = await freePorts(1)
  const args = ['doctor', '--json', '--api-port', String(port), ...(o.args ?? [])]
  const ran = await runPortaria(args, { cwd: folder, env: o.env ?? {} })
  const { findings } = JSON.parse(ran.stdout) as { findings: Finding[] }
  return { ...ran, findings, broken: findings.filter(({ state }) => state === 'broken') }
}

const fromFile = ['--ramais', 'file']

describe('portaria doctor', limit, () => {
  it('finds nothing broken where nothing is, and leaves nothing behind', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    const { code, stderr, findings, broken } = await doctor(folder.path, { args: fromFile })
    expect({ code, stderr, broken }).toEqual({ code: 0, stderr: '', broken: [] })
    const subjects = findings.map(({ subject }) => subject)
    for (const subject of ['Node', 'data folder', 'API port', 'ramais', 'plugin', 'open files']) {
      expect(subjects).toContain(subject)
    }
    expect(await readdir(join(folder.path, 'data'))).toEqual(['ramais_config.json'])
  })

  it('names a port that another program has, with what to do', async () => {
    await using folder = await ownFolder()
    const [ia] = await configureRamal(folder.path)
    const other = createServer().listen(ia, '127.0.0.1')
    await once(other, 'listening')
    const { code, broken } = await doctor(folder.path, { args: fromFile })
    other.close()
    expect(code).toBe(1)
    expect(broken).toMatchObject([
      { subject: 'ramal 1000', remedy: expect.stringContaining('ss -ltnp') as unknown },
    ])
    expect(broken[0]?.message).toContain(`port ${ia} of 127.0.0.1 cannot be had (EADDRINUSE)`)
  })

  it('goes on after a folder that cannot be written, and prints both parts for people', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    await writeFile(join(folder.path, 'taken'), '')
    const args = ['doctor', '--api-port', '0', '--log-dir', 'taken/logs', ...fromFile]
    const { code, stdout } = await runPortaria(args, { cwd: folder.path })
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^BROKEN +log folder: .*taken\/logs cannot be written.*\n +-> .*--log-dir/m,
    )
    expect(stdout).toMatch(/^ok +open files/m)
  })

  it('says once that a provider refuses, though an alarm rings for it too', async () => {
    await using folder = await ownFolder()
    const [port] = await configureRamal(folder.path)
    const server = createHttpServer((_, response) => response.writeHead(401).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port: aiPort } = server.address() as AddressInfo
    const env = { AI_API_URL: `http://127.0.0.1:${aiPort}/messages` }
    await using served = await servePortaria(folder.path, { env })
    await using first = await callIn({ port })
    await using second = await callIn({ port })
    for (const phone of [first, second]) {
      await phone.heard(0)
      await phone.press('501#')
    }
    const alarms = async (): Promise<unknown> => {
      const status: unknown = await (await fetch(`${served.apiUrl}/api/status`)).json()
      return (status as { alarms: unknown }).alarms
    }
    await vi.waitFor(
      async () =>
        expect(await alarms()).toMatchObject([{ id: 'provider-refuses dialogue ai-http' }]),
      { timeout: 20_000, interval: 100 },
    )
    const { findings } = await doctor(folder.path, { args: fromFile, env })
    server.close()
    expect(findings.filter(({ state }) => state !== 'ok')).toMatchObject([
      { subject: 'dialogue ai-http', remedy: 'portaria providers test --ai ai-http' },
    ])
  })

  it('warns of secrets that others can read, and of a variable with a slip', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    const file = join(folder.path, '.env')
    await writeFile(file, 'API_TOKEN=secret-of-the-gate\nDB_PASWORD=x\n')
    await chmod(file, 0o644)
    const { code, findings, stdout } = await doctor(folder.path, { args: fromFile })
    expect(code).toBe(0)
    const warnings = findings.filter(({ state }) => state === 'warning')
    expect(warnings.map(({ remedy }) => remedy)).toEqual([`chmod 600 ${file}`, 'write DB_PASSWORD'])
    expect(stdout).not.toContain('secret-of-the-gate')
  })

  it('knows the variables of speech providers, and says what a plugin lacks to start', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    const file = join(folder.path, '.env')
    await writeFile(file, 'AZURE_SPEECH_KEY=abc\nOPENAI_API_KEY=sk\nPORTARIA_MODELS_URL=http://x\n')
    await chmod(file, 0o600)
    const { code, findings, broken } = await doctor(folder.path, { args: fromFile })
    expect(code).toBe(1)
    expect(broken).toMatchObject([{ subject: 'plugin' }])
    expect(broken[0]?.message).toContain('plugins.azure.region: is missing')
    expect(findings.filter(({ subject }) => subject === '.env')).toMatchObject([{ state: 'ok' }])
    const others = findings.filter(({ subject, state }) => subject === 'plugin' && state === 'ok')
    expect(others.map(({ message }) => message.split(' ')[0])).toEqual(['espeak', 'rules'])
  })

  it('takes settings that cannot be read for broken', async () => {
    await using folder = await ownFolder()
    const { code, broken } = await doctor(folder.path, { env: { DRAIN_SECONDS: 'long' } })
    expect(code).toBe(1)
    expect(broken).toMatchObject([{ subject: 'settings' }])
    expect(broken[0]?.message).toContain('DRAIN_SECONDS')
  })

  it('warns of an API beyond loopback without HTTPS, and refuses a pair that is none', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    const env = { API_TOKEN: 'x' }
    const open = await doctor(folder.path, { args: [...fromFile, '--host', '0.0.0.0'], env })
    expect(open.findings).toContainEqual(
      expect.objectContaining({ subject: 'HTTPS', state: 'warning' }),
    )
    const files = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem']
    const { broken } = await doctor(folder.path, { args: [...fromFile, ...files], env })
    expect(broken).toMatchObject([{ subject: 'HTTPS' }])
    expect(broken[0]?.message).toContain('cert.pem')
  })

  it('looks into the database, and says that it does not answer', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    await using database = await startTestDatabase({ legacy: true })
    await database.sql('ALTER TABLE extension_ia DISABLE TRIGGER USER')
    const env = { DATABASE_URL: database.url }
    const lame = await doctor(folder.path, { env })
    expect(lame.code).toBe(1)
    const subjects = lame.broken.map(({ subject }) => subject)
    expect(subjects).toContain('db trigger INSERT')
    expect(lame.findings).toContainEqual(
      expect.objectContaining({ subject: 'database', state: 'ok' }),
    )
    await database.stop()
    const { code, broken } = await doctor(folder.path, { env })
    expect(code).toBe(1)
    expect(broken).toMatchObject([{ subject: 'database' }])
    expect(broken[0]?.message).toContain(String(database.port))
  })

  it('asks a running daemon, whose ports are no other program’s', async () => {
    await using folder = await ownFolder()
    const [ia] = await configureRamal(folder.path)
    await using served = await servePortaria(folder.path)
    const { code, findings, broken } = await doctor(folder.path, { args: fromFile })
    expect({ code, broken }).toEqual({ code: 0, broken: [] })
    const text = findings.map(({ message }) => message).join('\n')
    expect(text).toContain(`${served.apiUrl} answers, process ${served.pid}`)
    expect(text).toContain('1 of 1 are served as their rows wish')
    expect(text).not.toContain(`port ${ia} of`)
  })
})
