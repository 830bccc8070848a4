import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cleanEnv, collect, launcher, ownFolder, type Ran, runPortaria } from './run-portaria.ts'
import { configureRamal, servePortaria } from './serve-portaria.ts'

type Document = { readonly type: string; readonly [key: string]: unknown }

const ramais = 'change_record_extension_ia'
const condominiums = 'change_record_condominium_ia'
const patient = { timeout: 20_000, interval: 20 }
const limit = { timeout: 60_000 }

let folder: Awaited<ReturnType<typeof ownFolder>>
beforeAll(async () => {
  folder = await ownFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

function documents(stdout: string): Document[] {
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Document)
}

function ofType(stdout: string, type: string): Document[] {
  return documents(stdout).filter((each) => each.type === type)
}

/** A command that goes on until it is told, or has enough. */
function startListening(args: readonly string[], env: Record<string, string>) {
  const child = spawn(launcher, ['listen-test', ...args], { cwd: folder.path, env: cleanEnv(env) })
  const { stdout, stderr } = collect(child)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    stdout,
    stderr,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    stopReading: () => void child.stdout.destroy(),
    until: (text: string) => vi.waitFor(() => expect(stdout()).toContain(text), patient),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const isLive = '"type":"link","state":"live"'

describe('portaria listen-test and notify, on a database of the field', limit, () => {
  let database: TestDatabase
  let env: { DATABASE_URL: string }
  beforeAll(async () => {
    database = await startTestDatabase({ legacy: true })
    env = { DATABASE_URL: database.url }
  }, 60_000)
  afterAll(() => database[Symbol.asyncDispose]())

  const run = (args: readonly string[], input?: string): Promise<Ran> =>
    runPortaria(args, { cwd: folder.path, env, ...(input === undefined ? {} : { input }) })
  const rows = (): Promise<unknown> => database.sql('SELECT extension_ia_id FROM extension_ia')

  it('causes all three notifications itself, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await run(['listen-test', '--simulate'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ok +trigger INSERT/m)
    expect(stdout).toMatch(
      /change_record_extension_ia {2}pid \d+ {2}UPDATE {2}\d+\.\d ms\n {4}\{\n/,
    )
    for (const verb of ['INSERT', 'UPDATE', 'DELETE']) {
      expect(stdout).toMatch(new RegExp(`^ok +${verb} {2}heard \\d+\\.\\d ms after COMMIT$`, 'm'))
    }
    expect(stdout).toMatch(/^change_record_extension_ia +3 .*INSERT 1, UPDATE 1, DELETE 1$/m)
    expect(await rows()).toEqual([])
  })

  it('hears what others do, counts it, and ends after --count', async () => {
    await using listening = startListening(['--json', '--all', '--count', '3'], env)
    await listening.until(isLive)
    await database.sql(`INSERT INTO extension_ia (extension_ia_number) VALUES ('1000')`)
    const condominium = `{"action": "UPDATE", "time": "${new Date().toISOString()}"}`
    const sent = [
      await run(['notify', condominiums, condominium]),
      await run(['notify', ramais, '-'], 'just text \u001b[2J\n'),
    ]
    expect(sent).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ])
    expect(await listening.ended).toBe(0)
    await database.sql('DELETE FROM extension_ia')
    const told = ofType(listening.stdout(), 'notification')
    expect(told).toMatchObject([
      // The triggers of the field say no time.
      { channel: ramais, action: 'INSERT', latency_ms: null, pid: expect.any(Number) as unknown },
      { channel: condominiums, action: 'UPDATE', latency_ms: expect.any(Number) as unknown },
      { channel: ramais, action: null, payload: 'just text \u001b[2J', bytes: 14 },
    ])
    expect(listening.stdout()).not.toContain('\u001b')
    const [statistics] = ofType(listening.stdout(), 'statistics')
    expect(statistics?.['channels']).toMatchObject([
      { channel: ramais, count: 2, actions: { INSERT: 1 }, min_ms: null },
      { channel: condominiums, count: 1, bytes: Buffer.byteLength(condominium) },
    ])
  })

  it('listens to the named channels only, and ends with its statistics when interrupted', async () => {
    await using listening = startListening(
      ['--channel', 'With "quotes"', '--channel', 'other'],
      env,
    )
    await listening.until('connected: what is committed')
    await database.sql(`NOTIFY ${ramais}, 'elsewhere'; NOTIFY "With ""quotes""", 'here'`)
    await listening.until('here')
    listening.interrupt()
    expect(await listening.ended).toBe(0)
    const stdout = listening.stdout()
    expect(stdout).toMatch(/With "quotes" {2}pid \d+ {2}- {2}-\n {4}here/)
    expect(stdout).toMatch(/^CHANNEL +COUNT +MIN +P50 +P95 +MAX +BYTES +ACTIONS$/m)
    expect(stdout).toMatch(/^other +0 /m)
    expect(stdout).not.toContain('elsewhere')
    expect(listening.stderr()).toBe('')
  })

  it('ends by itself after --timeout', async () => {
    const { code, stdout, stderr } = await run(['listen-test', '--timeout', '1'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^change_record_extension_ia +0 /m)
  })

  it('says that the connection was lost and came back, and hears again', async () => {
    await using listening = startListening(['--json', '--count', '1'], env)
    await listening.until(isLive)
    await database.restart()
    await listening.until('"state":"lost"')
    await vi.waitFor(
      () => expect(ofType(listening.stdout(), 'link').at(-1)).toMatchObject({ state: 'live' }),
      patient,
    )
    await database.sql(`NOTIFY ${ramais}, 'again'`)
    expect(await listening.ended).toBe(0)
    expect(ofType(listening.stdout(), 'notification')).toMatchObject([{ payload: 'again' }])
    expect(listening.stderr()).toBe('')
  })

  it('names the trigger that is missing, with the SQL that mends it', async () => {
    await database.sql('DROP TRIGGER trg_extension_ia_delete ON extension_ia')
    const { code, stdout } = await run(['listen-test', '--simulate'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ok +UPDATE/m)
    const [, sql = ''] = /^MISSING +DELETE .*\n {4}(CREATE TRIGGER .*;)$/m.exec(stdout) ?? []
    expect(await rows()).toEqual([])
    await database.sql(sql)
    const mended = await run(['listen-test', '--simulate', '--json'])
    expect(mended.code).toBe(0)
    expect(ofType(mended.stdout, 'simulated')).toMatchObject([{ ok: true, leftover: null }])
  })

  describe('with triggers that do not tell our row', () => {
    beforeAll(() =>
      database.sql(`
        CREATE FUNCTION keep_quiet() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF false THEN PERFORM pg_notify('${ramais}', ''); END IF; RETURN NULL; END $$;
        DROP TRIGGER trg_extension_ia_update ON extension_ia;
        CREATE TRIGGER quiet AFTER UPDATE ON extension_ia FOR EACH ROW EXECUTE FUNCTION keep_quiet()`),
    )
    const simulating = ['--simulate', '--timeout', '600', '--json']

    it('removes its row when it is interrupted', async () => {
      await using listening = startListening(simulating, env)
      await listening.until('"action":"INSERT"')
      listening.interrupt()
      expect(await listening.ended).toBe(1)
      expect(await rows()).toEqual([])
      const [simulated] = ofType(listening.stdout(), 'simulated')
      expect(simulated?.['steps']).toMatchObject([{ came: true }, { came: false }, { came: false }])
    })

    it('removes its row, and ends quietly, when nobody reads any more', async () => {
      await using listening = startListening(simulating, env)
      await listening.until('"action":"INSERT"')
      listening.stopReading()
      await database.sql(`NOTIFY ${ramais}, 'one that cannot be printed'`)
      expect(await listening.ended).toBe(1)
      expect(await rows()).toEqual([])
      expect(listening.stderr()).toBe('')
    })
  })

  it('writes nothing as a role that could not remove it again', async () => {
    await database.sql(`
      CREATE ROLE adder LOGIN PASSWORD 'x'; GRANT SELECT, INSERT ON extension_ia TO adder`)
    const url = new URL(database.url)
    url.username = 'adder'
    url.password = 'x'
    const o = { cwd: folder.path, env: { DATABASE_URL: url.href } }
    const { code, stdout, stderr } = await runPortaria(['listen-test', '--simulate'], o)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(
      /^MISSING +INSERT +nothing was tried.*\n {4}GRANT DELETE ON .* TO adder;$/m,
    )
    expect(await rows()).toEqual([])
  })

  it.each([
    [[ramais, 'ç'.repeat(4_000)], '8000 bytes'],
    [['c'.repeat(64), 'x'], '64 bytes'],
    [['', 'x'], 'must have a name'],
  ])('sends nothing that PostgreSQL would not take', async (args, words) => {
    const { code, stdout, stderr } = await run(['notify', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
  })

  it('says why it cannot listen where there is no database', async () => {
    const ran = await runPortaria(['listen-test', '--ramais', 'file'], { cwd: folder.path })
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('DATABASE_URL')
  })
})

describe(
  'portaria listen-test, beside a daemon with its own database',
  { timeout: 120_000 },
  () => {
    it('finds that database, and the daemon serves the ramal for a moment only', async () => {
      await using own = await ownFolder()
      await configureRamal(own.path)
      await using served = await servePortaria(own.path, { ramais: 'embedded' })
      const ran = await runPortaria(['listen-test', '--simulate', '--json'], { cwd: own.path })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      // Ours carry the time.
      expect(ofType(ran.stdout, 'notification')).toHaveLength(3)
      await vi.waitFor(async () => {
        const { stdout } = await runPortaria(['ramais', 'list', '--json'], { cwd: own.path })
        expect((JSON.parse(stdout) as { ramais: unknown[] }).ramais).toHaveLength(1)
      }, patient)
      served.signal('SIGTERM')
      await served.ended
    })
  },
)
