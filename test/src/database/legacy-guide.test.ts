import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { callIn } from '@portaria/test-kit/phone'
import { legacySchema } from '@portaria/test-kit/legacy-schema'
import { startTestDatabase, type TestDatabase } from '@portaria/test-kit/test-database'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ownFolder } from '../cli/run-portaria.ts'
import { type Served, servePortaria } from '../cli/serve-portaria.ts'
import { accepts } from '../support/ramais-rig.ts'
import { quietPorts } from '../support/quiet-ports.ts'
import { patience } from './serve-table.ts'

const run = promisify(execFile)

type Answer = {
  status: string
  message?: string
  total_extensions?: number
  stats?: Record<string, number>
  extensions?: Record<string, unknown>[]
}

async function isInstalled(program: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )
}

/** Everything as the users of the old service do it: SQL pasted into psql, `curl` lines, the old environment. */
describe('the guide of the old service', { timeout: 90_000 }, () => {
  const everything = new AsyncDisposableStack()
  let database: TestDatabase
  let served: Served
  let hasPsql = false
  let hasCurl = false
  beforeAll(async () => {
    hasPsql = await isInstalled('psql')
    hasCurl = await isInstalled('curl')
    database = everything.use(await startTestDatabase())
    await paste(legacySchema)
    const folder = everything.use(await ownFolder())
    const { hostname, port, username, password, pathname } = new URL(database.url)
    const env = {
      DB_HOST: hostname,
      DB_PORT: port,
      DB_USER: username,
      DB_PASSWORD: password,
      DB_NAME: pathname.slice(1),
      AUDIOSOCKET_BIND: '127.0.0.1',
    }
    served = everything.use(await servePortaria(folder.path, { env, ramais: 'postgres' }))
  }, 90_000)
  afterAll(() => everything.disposeAsync())

  async function paste(sql: string): Promise<void> {
    if (!hasPsql) return void (await database.sql(sql))
    const psql = run('psql', [database.url, '-X', '-v', 'ON_ERROR_STOP=1'])
    psql.child.stdin?.end(sql)
    await psql
  }

  /** A line of the guide; only the port is the one of this test's daemon. */
  async function curl(line: string): Promise<{ code: number; body: Answer }> {
    const { port } = new URL(served.apiUrl)
    const here = line.replace('localhost:8082', `localhost:${port}`)
    if (hasCurl) {
      const quiet = here.replace('curl', `curl -s -w '\\n%{http_code}'`)
      const { stdout } = await run('sh', ['-c', quiet])
      const at = stdout.lastIndexOf('\n')
      return { code: Number(stdout.slice(at)), body: JSON.parse(stdout.slice(0, at)) as Answer }
    }
    const url = /http:\S+/.exec(here)?.[0] ?? ''
    const body = /-d '(.*)'/.exec(here)?.[1]
    const response = await fetch(url, {
      method: /-X (\w+)/.exec(here)?.[1] ?? 'GET',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body }),
    })
    return { code: response.status, body: (await response.json()) as Answer }
  }

  const json = '-H "Content-Type: application/json"'
  const status = async (): Promise<Record<string, unknown>[]> =>
    (await curl('curl http://localhost:8082/api/status')).body.extensions ?? []

  it('serves the pair 1000/1001 while the table is empty', async () => {
    expect(await status()).toMatchObject([{ ramal_ia: '1000', ramal_retorno: '1001' }])
    const { body } = await curl('curl http://localhost:8082/api/extensions')
    expect(body).toMatchObject({ status: 'success', extensions: [] })
  })

  it('starts a ramal with INSERT, applies UPDATE and removes it with DELETE', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await quietPorts(4)
    await paste(`INSERT INTO extension_ia (extension_ia_number, extension_ia_return, extension_ia_ip,
      extension_ia_number_port, condominium_id, extension_ia_return_port)
      VALUES ('1003', '1004', '0.0.0.0', '${a}', 3, '${b}');`)
    await vi.waitFor(
      async () =>
        expect(await status()).toMatchObject([
          {
            id: 1,
            ramal_ia: '1003',
            ramal_retorno: '1004',
            ip: '0.0.0.0',
            porta_ia: a,
            porta_retorno: b,
            condominio_id: 3,
            status: 'ativo',
          },
        ]),
      patience,
    )
    await using visitor = await callIn({ port: a })
    await visitor.heard(0)
    await paste(`UPDATE extension_ia SET extension_ia_number = '1005', extension_ia_number_port = '${c}',
      extension_ia_return_port = '${d}' WHERE extension_ia_id = 1;`)
    await vi.waitFor(
      async () =>
        expect(await status()).toMatchObject([{ ramal_ia: '1005', porta_ia: c, porta_retorno: d }]),
      patience,
    )
    await visitor.heard()
    await using other = await callIn({ port: c })
    await other.heard(0)
    visitor.hangup()
    other.hangup()
    await paste('DELETE FROM extension_ia WHERE extension_ia_id = 1;')
    await vi.waitFor(async () => expect(await accepts(c)).toBe(false), patience)
    await vi.waitFor(
      async () => expect((await status()).map(({ ramal_ia }) => ramal_ia)).toEqual(['1000']),
      patience,
    )
  })

  it('answers the curl lines as it did', async () => {
    const [a = 0, b = 0] = await quietPorts(2)
    await paste(
      `INSERT INTO extension_ia VALUES (DEFAULT, '1003', '1004', '127.0.0.1', '${a}', 3, '${b}');`,
    )
    const refresh = await curl('curl -X POST http://localhost:8082/api/refresh')
    expect(refresh).toMatchObject({ code: 200, body: { status: 'success' } })
    expect(refresh.body.message).toEqual(expect.any(String))
    expect(refresh.body.stats).toMatchObject({ removed: 0, updated: 0, total_active: 1 })

    const { body } = await curl('curl http://localhost:8082/api/extensions')
    const [row] = body.extensions ?? []
    expect(row).toMatchObject({ ramal_ia: '1003', ramal_retorno: '1004', condominio_id: 3 })

    await using visitor = await callIn({ port: a })
    await visitor.heard(0)
    const restart = 'curl -X POST http://localhost:8082/api/restart'
    for (const which of ['{"ramal":"1003"}', `{"extension_id":${Number(row?.['id'])}}`]) {
      expect(await curl(`${restart} ${json} -d '${which}'`)).toMatchObject({
        code: 200,
        body: { status: 'success' },
      })
    }
    await visitor.heard()
    const failures: [string, number][] = [
      [`${restart} ${json} -d '{}'`, 400],
      [`${restart} ${json} -d '{"ramal":"9999"}'`, 404],
      [`curl -X POST http://localhost:8082/api/hangup ${json} -d '{"role":"visitor"}'`, 400],
      [
        `curl -X POST http://localhost:8082/api/hangup ${json} -d '{"call_id":"7f0c7f4e-6d3f-4f5c-9a37-0d8c3b1f2a11"}'`,
        404,
      ],
    ]
    for (const [line, code] of failures) {
      expect(await curl(line)).toEqual({
        code,
        body: { status: 'error', message: expect.any(String) as string },
      })
    }
    const hangup = `curl -X POST http://localhost:8082/api/hangup ${json} -d '{"call_id":"${visitor.uuid}","role":"visitor"}'`
    expect(await curl(hangup)).toMatchObject({ code: 200, body: { status: 'success' } })
    expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
  })
})
