import { createServer } from 'node:net'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownFolder, runPortaria } from './run-portaria.ts'
import { configureRamal, type Served, servePortaria } from './serve-portaria.ts'

/** A call that the caller ends after this time. */
function callFor(folder: string, ms: number): ReturnType<typeof runPortaria> {
  return writeFile(join(folder, `wait-${ms}.txt`), `heard\nwait ${ms}\nhangup\n`).then(() =>
    runPortaria(['call', '--script', `wait-${ms}.txt`, '--json'], { cwd: folder }),
  )
}

async function liveCalls(served: Served): Promise<number> {
  const response = await fetch(`${served.apiUrl}/api/calls`)
  return JSON.stringify(await response.json()).split('"ended_at":null').length - 1
}

/** Each kept phrase and its file's number, which is another one when it is written again. */
async function phrasesOnDisk(folder: string): Promise<ReadonlyMap<string, number>> {
  const cache = join(folder, 'data/cache/espeak')
  const names = (await readdir(cache).catch(() => [])).filter((name) => name.endsWith('.pcm'))
  const numbers = await Promise.all(names.map(async (name) => (await stat(join(cache, name))).ino))
  return new Map(names.map((name, i) => [name, numbers[i] ?? 0]))
}

async function untilLive(served: Served): Promise<void> {
  while ((await liveCalls(served)) === 0) await pause(20)
}

describe('portaria serve', { timeout: 60_000 }, () => {
  let folder: Awaited<ReturnType<typeof ownFolder>>
  beforeAll(async () => {
    folder = await ownFolder()
    await configureRamal(folder.path)
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  it('serves, tells other commands where, logs JSON lines, and ends with 0 on SIGTERM', async () => {
    await using served = await servePortaria(folder.path)
    const runFile = join(folder.path, 'data/run.json')
    const running = JSON.parse(await readFile(runFile, 'utf8')) as unknown
    expect(running).toMatchObject({ pid: served.pid, api_url: served.apiUrl })
    expect((await stat(runFile)).mode & 0o777).toBe(0o600)
    expect((await fetch(`${served.apiUrl}/healthz`)).status).toBe(200)
    served.signal('SIGTERM')
    expect(await served.ended).toBe(0)
    await expect(stat(runFile)).rejects.toThrow('ENOENT')
    expect(served.stderr()).toBe('')
    const log = await readFile(join(folder.path, 'logs/audiosocket.log'), 'utf8')
    const lines = log.trimEnd().split('\n')
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
    expect(messages).toContain('serving')
    expect(messages.at(-1)).toBe('stopped')
    expect(served.stdout()).toBe(log)
  })

  it('speaks from disk when it serves again, and makes no phrase anew', async () => {
    {
      await using first = await servePortaria(folder.path)
      // They are kept while it serves already.
      while ((await phrasesOnDisk(folder.path)).size === 0) await pause(20)
      first.signal('SIGTERM')
      expect(await first.ended).toBe(0)
    }
    const before = await phrasesOnDisk(folder.path)
    await using served = await servePortaria(folder.path)
    expect(served.stderr()).toBe('')
    const after = await phrasesOnDisk(folder.path)
    for (const [name, file] of before) expect([name, after.get(name)]).toEqual([name, file])
  })

  it('goes on when nobody reads its output any more', async () => {
    await using served = await servePortaria(folder.path)
    served.stopReading()
    const { code } = await callFor(folder.path, 100)
    expect(code).toBe(1)
    expect((await fetch(`${served.apiUrl}/healthz`)).status).toBe(200)
    served.signal('SIGINT')
    expect(await served.ended).toBe(0)
  })

  it('lets a live call finish, also when the signal comes twice at once', async () => {
    await using served = await servePortaria(folder.path)
    const calling = callFor(folder.path, 5_000)
    await untilLive(served)
    served.signal('SIGINT')
    served.signal('SIGINT')
    const { stdout } = await calling
    expect(JSON.parse(stdout)).toMatchObject({ ended_by: 'us' })
    expect(await served.ended).toBe(0)
  })

  it('hurries when a signal is repeated later', async () => {
    await using served = await servePortaria(folder.path, { env: { DRAIN_SECONDS: '60' } })
    const calling = callFor(folder.path, 30_000)
    await untilLive(served)
    served.signal('SIGTERM')
    // From here on a second later is a second signal, however late the first one arrived.
    while (!served.stdout().includes('"msg":"stopping')) await pause(20)
    await pause(1_200)
    served.signal('SIGTERM')
    const { stdout } = await calling
    expect(JSON.parse(stdout)).toMatchObject({ ended_by: 'server-hangup' })
    expect(await served.ended).toBe(0)
  })

  it('refuses a folder that another daemon serves, and takes one that a crash left', async () => {
    await using other = await ownFolder()
    await configureRamal(other.path)
    const first = await servePortaria(other.path)
    const refused = await runPortaria(['serve', '--ramais', 'file', '--api-port', '0'], {
      cwd: other.path,
    })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain(`process ${first.pid}, ${first.apiUrl}`)
    const path = join(other.path, 'data/run.json')
    const left = JSON.parse(await readFile(path, 'utf8')) as object
    first.signal('SIGKILL')
    await first.ended
    // The number of the process that crashed is another's now.
    await writeFile(path, JSON.stringify({ ...left, pid: process.pid }))
    await using second = await servePortaria(other.path)
    expect(second.apiUrl).toMatch(/^http:/)
  })

  it('refuses a log folder that cannot be written', async () => {
    await writeFile(join(folder.path, 'taken'), '')
    const ran = await runPortaria(['serve', '--log-dir', 'taken'], { cwd: folder.path })
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('--log-dir')
  })

  it('refuses an API port in use, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const ran = await runPortaria(['serve', '--ramais', 'file', '--api-port', String(port)], {
      cwd: folder.path,
    })
    taken.close()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(new RegExp(`${port}.*--api-port`, 's'))
    await expect(stat(join(folder.path, 'data/run.json'))).rejects.toThrow('ENOENT')
  })

  it('refuses ramais that are no JSON, with the place', async () => {
    await using other = await ownFolder()
    await configureRamal(other.path)
    await writeFile(join(other.path, 'data/ramais_config.json'), '{"ramais":[}')
    const { code, stderr } = await runPortaria(['serve', '--ramais', 'file', '--api-port', '0'], {
      cwd: other.path,
    })
    expect(code).toBe(2)
    expect(stderr).toContain('ramais_config.json:1:12')
  })
})
