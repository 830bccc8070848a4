import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '@portaria/test-kit/free-ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, type Served, servePortaria } from './serve-portaria.ts'

type Shown = { id: number; ramal_ia: string; status: string; porta_ia: number }

type Folder = Awaited<ReturnType<typeof ownFolder>>

const limit = { timeout: 60_000 }

/** The document that a command printed, of which the test knows the shape. */
function documentOf<T>({ code, stdout, stderr }: Ran): T {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

describe('portaria ramais, on a daemon with its own database and a token', limit, () => {
  let folder: Folder
  let served: Served
  let ports: readonly number[]
  const run = (...args: string[]): Promise<Ran> => runPortaria(args, { cwd: folder.path })

  async function list(): Promise<readonly Shown[]> {
    const ran = await run('ramais', 'list', '--json')
    return documentOf<{ ramais: Shown[] }>(ran).ramais
  }

  beforeAll(async () => {
    folder = await ownFolder()
    // The first ramal of an empty database is the one that the folder's file has.
    await configureRamal(folder.path)
    const env = { API_TOKEN: 'a token of these tests' }
    served = await servePortaria(folder.path, { ramais: 'embedded', env })
    ports = await freePorts(4)
  }, 120_000)
  afterAll(async () => {
    served.signal('SIGTERM')
    await served.ended
    await folder[Symbol.asyncDispose]()
  }, 60_000)

  it('finds the daemon and its token by run.json, which is nobody else’s to read', async () => {
    const path = join(folder.path, 'data/run.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const running = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    expect(running).toMatchObject({
      pid: served.pid,
      api_url: served.apiUrl,
      api_token: 'a token of these tests',
      api_cert: null,
    })
    const { code, stdout } = await run('db', 'url')
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${String(running['database_url'])}\n` })
    expect(await list()).toMatchObject([{ ramal_ia: '1000', status: 'ativo' }])
  })

  it('adds, shows, changes, restarts and removes a ramal', async () => {
    const [ia = 0, retorno = 0, moved = 0] = ports
    const row = ['--ramal', '1003', '--retorno', '1004', '--ip', '127.0.0.1', '--condominio', '2']
    const given = [...row, '--porta', String(ia), '--porta-retorno', String(retorno)]
    const added = documentOf<{ id: number; ramal: Shown }>(
      await run('ramais', 'add', ...given, '--json'),
    )
    expect(added.ramal).toMatchObject({ ramal_ia: '1003', status: 'ativo', porta_ia: ia })
    const shown = await run('ramais', 'show', '1003')
    expect(shown.stdout).toMatch(new RegExp(`^ports +${ia}/${retorno}$`, 'm'))
    const changed = await run('ramais', 'set', `id:${added.id}`, '--porta', String(moved))
    expect(changed).toMatchObject({ code: 0, stderr: '' })
    expect(changed.stdout).toContain(
      `changed ramal 1003, id ${added.id}: ativo at 127.0.0.1 ${moved}`,
    )
    expect((await run('ramais', 'restart', '1003')).stdout).toContain('restarted ramal 1003')
    const unasked = await run('ramais', 'remove', '1003')
    expect(unasked).toMatchObject({ code: 2, stdout: '' })
    expect(unasked.stderr).toContain('--yes')
    expect(await list()).toHaveLength(2)
    const removed = await run('ramais', 'remove', '1003', '--yes', '--json')
    expect(documentOf(removed)).toEqual({ removed: added.id })
    expect(await list()).toMatchObject([{ ramal_ia: '1000' }])
  })

  it('changes nothing when a number is that of several ramais', async () => {
    const [, , , free = 0] = ports
    const twin = ['--ramal', '1000', '--retorno', '1001', '--ip', '127.0.0.1', '--condominio', '9']
    const added = await run('ramais', 'add', ...twin, '--porta', String(free), '--json')
    const { id } = documentOf<{ id: number }>(added)
    const { code, stderr } = await run('ramais', 'remove', '1000', '--yes')
    expect(code).toBe(2)
    expect(stderr).toMatch(/several ramais: id:\d+ .*, id:\d+/)
    expect(await list()).toHaveLength(2)
    expect((await run('ramais', 'remove', `id:${id}`, '--yes')).code).toBe(0)
  })

  it('tells what the daemon refuses in its words', async () => {
    const { code, stderr } = await run('ramais', 'set', '1000', '--porta', '70000')
    expect(code).toBe(2)
    expect(stderr).toContain('porta_ia deve ser uma porta de 1 a 65535')
  })

  it('prints a table that fits into 80 columns', async () => {
    const { code, stdout } = await run('ramais', 'list')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ID +RAMAL +ADDRESS .*\n1 +1000\/1001 +127\.0\.0\.1 /)
    expect(stdout).toContain('1 ramal: 1 ativo; from embedded')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('reads everything again', async () => {
    expect(documentOf(await run('ramais', 'refresh', '--json'))).toMatchObject({
      added: 0,
      removed: 0,
      held: 0,
      total_active: 1,
    })
  })

  it('opens to nobody without the token, and remembers the one that opens', async () => {
    const url = ['--url', served.apiUrl]
    const refused = await run('ramais', 'list', ...url)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('wants a token')
    const wrong = await run('login', ...url, '--token', 'another')
    expect(wrong.stderr).toContain('does not know this token')
    const login = await runPortaria(['login', ...url, '--token', '-'], {
      cwd: folder.path,
      input: 'a token of these tests\n',
    })
    expect(login).toMatchObject({ code: 0, stderr: '' })
    expect(login.stdout).not.toContain('a token')
    expect((await run('ramais', 'list', ...url)).code).toBe(0)
    expect((await run('login', '--forget')).stdout).toContain(`forgot ${served.apiUrl}`)
    expect((await run('ramais', 'list', ...url)).code).toBe(2)
  })
})

describe('portaria ramais, without a database', limit, () => {
  it('sends whoever would change a row to the file', async () => {
    await using folder = await ownFolder()
    await configureRamal(folder.path)
    await using served = await servePortaria(folder.path)
    const args = ['ramais', 'remove', '1000', '--yes']
    const { code, stderr } = await runPortaria(args, { cwd: folder.path })
    expect(code).toBe(2)
    expect(stderr).toContain('ramais_config.json')
    expect(served.stderr()).toBe('')
  })

  it('says that no daemon runs, and how to start or name one', async () => {
    await using folder = await ownFolder()
    const env = { API_PORT: '1' }
    const ran = await runPortaria(['ramais', 'list', '--json'], { cwd: folder.path, env })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(
      /no daemon answers at http:\/\/127\.0\.0\.1:1.*portaria serve.*--url/,
    )
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { exit: 2 } })
  })
})
