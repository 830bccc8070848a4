import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, type Served, servePortaria } from './serve-portaria.ts'

type Report = {
  call_id: string
  decision: { outcome: string; by: string } | null
  timings: {
    first_frame_ms: number
    first_audible_ms: number
    replies: { leg: string; delay_ms: number }[]
  }
  legs: { resident: { first_audible_ms: number } | null }
  notes: string[]
}

/** Loudness of one channel of a stereo file, as the sum of magnitudes. */
function loudness(wav: Buffer, channel: 0 | 1): number {
  let sum = 0
  for (let at = 44 + channel * 2; at + 1 < wav.length; at += 4) sum += Math.abs(wav.readInt16LE(at))
  return sum
}

/** In front of a daemon's API: everything passes but the stream of events, which is cut. */
async function cutEvents(apiUrl: string): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    if (request.url === '/api/events') return void request.socket.destroy()
    void fetch(`${apiUrl}${request.url ?? ''}`).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(await answer.text())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

describe('portaria call, against a daemon', { timeout: 90_000 }, () => {
  let folder: Awaited<ReturnType<typeof ownFolder>>
  let served: Served
  let port: number
  beforeAll(async () => {
    folder = await ownFolder()
    ;[port] = await configureRamal(folder.path)
    served = await servePortaria(folder.path)
  }, 90_000)
  afterAll(async () => {
    await served[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const call = (args: readonly string[]): Promise<Ran> =>
    runPortaria(['call', ...args], { cwd: folder.path })

  it('goes from the greeting to an authorisation by keypad, and measures it', async () => {
    const args = ['--digits', '501#', '--resident', '--resident-digits', '1', '--record', 'out.wav']
    const { code, stdout, stderr } = await call([...args, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout) as Report
    expect(report.decision).toMatchObject({ outcome: 'authorized', by: 'keypad' })
    const { first_frame_ms, first_audible_ms } = report.timings
    expect(first_frame_ms).toBeLessThanOrEqual(first_audible_ms)
    expect(first_audible_ms).toBeLessThan(10_000)
    expect(report.timings.replies.map(({ leg }) => leg)).toEqual(['visitor', 'resident'])
    expect(report.timings.replies[0]?.delay_ms).toBeLessThan(10_000)
    expect(report.legs.resident?.first_audible_ms).toBeGreaterThanOrEqual(0)
    const wav = await readFile(join(folder.path, 'out.wav'))
    expect(loudness(wav, 0)).toBeGreaterThan(0)
    expect(loudness(wav, 1)).toBeGreaterThan(0)
  })

  it.concurrent('tells a person the conversation as it happens', async () => {
    const args = ['--ramal', '1000', '--digits', '501#', '--resident-digits', '2']
    const { code, stdout } = await call(args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/portaria to visitor: .+/)
    expect(stdout).toMatch(/visitor presses 501#\n/)
    expect(stdout).toMatch(/\[ringing\]\n/)
    expect(stdout).toMatch(/portaria to resident: .+/)
    expect(stdout).toMatch(/decision: denied \(.*by keypad.*\)\n$/)
  })

  it.concurrent('ends with 1 when no decision was reached', async () => {
    const { code, stdout } = await call(['--silent', '--max-seconds', '1', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ decision: null, ended_by: 'us' })
  })

  it.concurrent(
    'finds ramal and API by the port alone, and keeps the UUID that it was given',
    async () => {
      const uuid = randomUUID()
      const args = ['--port', String(port), '--max-seconds', '1', '--uuid', uuid, '--json']
      const { stdout } = await call(args)
      expect(JSON.parse(stdout)).toMatchObject({ call_id: uuid, ramal: '1000', transcript: [{}] })
    },
  )

  it.concurrent('places several calls, and sums them up in one document', async () => {
    const args = ['--count', '3', '--digits', '501#', '--resident-digits', '1', '--json']
    const { code, stdout } = await call(args)
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as { calls: Report[]; summary: object }
    expect(new Set(document.calls.map(({ call_id }) => call_id)).size).toBe(3)
    expect(document.summary).toMatchObject({ calls: 3, decided: 3, authorized: 3, failed: 0 })
  })

  it.concurrent(
    'still rings the resident and sees the end when the stream of events breaks',
    async () => {
      await using proxy = await cutEvents(served.apiUrl)
      const args = ['--url', proxy.url, '--digits', '501#', '--resident-digits', '1', '--json']
      const { code, stdout } = await call(args)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ decision: { outcome: 'authorized' } })
    },
  )

  it.concurrent('speaks, and says that the daemon has no ears', async () => {
    const { stdout, stderr } = await call(['--speak', 'entrega', '--max-seconds', '12', '--json'])
    expect(stderr).toContain('no speech recognition')
    const report = JSON.parse(stdout) as Report
    expect(report.timings.replies).toMatchObject([{ leg: 'visitor' }])
  })

  it.concurrent('names a ramal that is not served, and those that are', async () => {
    const { code, stderr } = await call(['--ramal', '9999'])
    expect(code).toBe(2)
    expect(stderr).toContain('the daemon serves no ramal 9999. It serves: 1000')
  })

  it.concurrent('says file and line of a mistake in a script, before it calls', async () => {
    await writeFile(join(folder.path, 'bad.txt'), 'heard\nsing\n')
    const { code, stderr } = await call(['--script', 'bad.txt'])
    expect(code).toBe(2)
    expect(stderr).toContain('bad.txt:2: unknown step "sing"')
  })

  it.concurrent('looks elsewhere when the daemon of this folder is dead', async () => {
    await using other = await ownFolder()
    await configureRamal(other.path)
    const dead = { pid: 2 ** 22 + 1, api_url: served.apiUrl, started_at: '2024-01-01T00:00:00Z' }
    await writeFile(join(other.path, 'data/run.json'), JSON.stringify(dead))
    const ran = await runPortaria(['call'], { cwd: other.path, env: { API_PORT: '9' } })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('no daemon answers at http://127.0.0.1:9')
  })
})
