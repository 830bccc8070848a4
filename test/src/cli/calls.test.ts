import { callIn } from '@portaria/test-kit/phone'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, type Served, servePortaria } from './serve-portaria.ts'

type Folder = Awaited<ReturnType<typeof ownFolder>>
type Shown = {
  from: string
  call: { call_id: string; end_reason: string; apartment_number?: string; turns: unknown[] }
}

const patience = { timeout: 20_000, interval: 100 }

/** The document that a command printed, of which the test knows the shape. */
function documentOf<T>({ code, stdout, stderr }: Ran): T {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

describe('portaria calls', { timeout: 120_000 }, () => {
  let folder: Folder
  let served: Served
  let port = 0
  const run = (...args: string[]): Promise<Ran> => runPortaria(args, { cwd: folder.path })
  const serve = (): Promise<Served> => servePortaria(folder.path, { ramais: 'embedded' })
  const stop = async (): Promise<void> => {
    served.signal('SIGTERM')
    await served.ended
  }

  /** A visitor who names an apartment and leaves. */
  async function visit(): Promise<string> {
    await using phone = await callIn({ port })
    await phone.heard(0)
    await phone.press('501#')
    await vi.waitFor(
      async () => expect(await show(phone.uuid)).toMatchObject({ call: { state: 'ringing' } }),
      patience,
    )
    phone.hangup()
    await vi.waitFor(
      async () => expect(await show(phone.uuid)).toMatchObject({ call: { state: 'ended' } }),
      patience,
    )
    return phone.uuid
  }
  const show = async (id: string): Promise<Shown> =>
    documentOf(await run('calls', 'show', id, '--json'))

  beforeAll(async () => {
    folder = await ownFolder()
    ;[port] = await configureRamal(folder.path)
    served = await serve()
  }, 120_000)
  afterAll(async () => {
    await stop()
    await folder[Symbol.asyncDispose]()
  }, 60_000)

  it('shows a call by the beginning of its UUID, and after a restart what the history kept of it', async () => {
    expect((await run('calls', 'list')).stdout).toBe('no calls in the last hour\n')
    const uuid = await visit()
    const listed = await run('calls', 'list', '--ramal', '1000', '--state', 'ended')
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toMatch(new RegExp(`^CALL .*\\n${uuid.slice(0, 8)} +1000 .*abandoned`))
    const document = documentOf<{ total: number; calls: { call_id: string }[] }>(
      await run('calls', 'list', '--json'),
    )
    expect(document).toMatchObject({ total: 1, calls: [{ call_id: uuid }] })

    const page = await run('calls', 'show', uuid.slice(0, 8).toUpperCase())
    expect(page).toMatchObject({ code: 0, stderr: '' })
    expect(page.stdout).toMatch(new RegExp(`^call +${uuid}\\nramal +1000, condomínio 1\\n`))
    expect(page.stdout).toMatch(/^for +unit 501$/m)
    expect(page.stdout).toMatch(/^\d\d:\d\d:\d\d visitor: \[5\]$/m)
    for (const line of page.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    const known = await show(uuid)
    expect(known).toMatchObject({ from: 'daemon', call: { call_id: uuid } })
    expect(known.call.turns).toMatchObject([{ turn: 1, role: 'visitor', input: 'digits' }])
    expect(page.stdout).toMatch(/^TURN .*\n1 +\+\d+\.\d s +visitor +digits /m)
    expect(page.stdout).toContain('rules replied')

    await stop()
    served = await serve()
    const kept = await show(uuid)
    expect(kept).toMatchObject({
      from: 'history',
      call: { call_id: uuid, end_reason: 'abandoned', apartment_number: '501' },
    })
    expect(kept.call.turns).toEqual(known.call.turns)
    const old = await run('calls', 'show', uuid)
    expect(old.stdout).toContain('no names and no words')
  })

  it('says what is wrong with an id, and where it looked for a call', async () => {
    const unknown = await run('calls', 'show', '00000000')
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('no call begins with 00000000')
    const wrong = await run('calls', 'show', 'ramal', '--json')
    expect(wrong.code).toBe(2)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { exit: 2 } })
    expect((await run('calls', 'list', '--state', 'sleeping')).stderr).toContain('greeting')
  })

  it('has its providers examined by the doctor while it runs', async () => {
    const { stdout } = await run('doctor', '--ramais', 'embedded')
    expect(stdout).toMatch(/^ok +providers: tts espeak, dialogue rules: none is down$/m)
  })
})
