import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inertJson } from '../../src/api/inert-json.ts'
import { startApi } from '../../src/api/start-api.ts'
import { silentLog } from '../../src/log.ts'
import { isConfigError, messageOf, ProviderError } from '../../src/errors.ts'
import { aCall } from '../history/a-call.ts'
import { aTurn } from './a-turn.ts'
import { ask, refused, send } from './ask.ts'
import { callId, callView, createTestDaemon, startTestApi } from './daemon-for-tests.ts'

function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return send('POST', url, { body, headers })
}

describe('the HTTP API', () => {
  test('tells health and readiness', async () => {
    let ready = false
    await using api = await startTestApi({ ready: () => ready })
    expect(await ask(`${api.url}/healthz`)).toMatchObject({
      status: 200,
      body: { status: 'success', state: 'ready', version: '0.1.0' },
    })
    expect(await ask(`${api.url}/readyz`)).toMatchObject({
      status: 503,
      body: { status: 'error', ready: false, detail: { ramais: 1 } },
    })
    ready = true
    expect(await ask(`${api.url}/readyz`)).toMatchObject({
      status: 200,
      body: { status: 'success', ready: true },
    })
  })

  test('tells the status in the legacy shape, and more beside it', async () => {
    await using api = await startTestApi()
    const { body } = await ask(`${api.url}/api/status`)
    expect(body).toMatchObject({
      status: 'success',
      total_extensions: 1,
      extensions: [
        {
          id: 1,
          ramal_ia: '1000',
          ramal_retorno: '1001',
          ip: '127.0.0.1',
          porta_ia: 8080,
          porta_retorno: 8081,
          condominio_id: 1,
          status: 'ativo',
          motivo: null,
          calls: 1,
        },
      ],
      providers: { stt: null, tts: 'espeak', dialogue: 'rules' },
      calls: 1,
    })
  })

  test('lists calls by ramal, state and number', async () => {
    const calls = [
      callView(),
      callView({ call_id: 'b', state: 'ended' }),
      callView({ call_id: 'c', ramal: '1002', state: 'ended' }),
    ]
    await using api = await startTestApi({ calls })
    const listed = async (query: string) => {
      const { body } = await ask(`${api.url}/api/calls${query}`)
      const { total, calls: found } = body as { total: number; calls: { call_id: string }[] }
      return `${found.map((call) => call.call_id.slice(0, 1)).join('')} of ${total}`
    }
    expect(await listed('')).toBe('7bc of 3')
    expect(await listed('?state=ended')).toBe('bc of 2')
    expect(await listed('?state=ended&ramal=1000')).toBe('b of 1')
    expect(await listed('?limit=1')).toBe('7 of 3')
  })

  test.each(['limit=0', 'limit=1001', 'limit=x', 'state=gone', 'ramal=1&ramal=2'])(
    'refuses the query %s',
    async (query) => {
      await using api = await startTestApi()
      const [key] = query.split('=')
      expect(await ask(`${api.url}/api/calls?${query}`)).toMatchObject(
        refused(400, expect.stringContaining(key ?? '')),
      )
    },
  )

  test('finds calls by how their UUIDs begin, those of the history apart', async () => {
    const other = '7d0c8000-0000-4000-8000-000000000000'
    const turns = [aTurn()]
    await using api = await startTestApi({
      calls: [callView({ turns }), callView({ call_id: other })],
      kept: [aCall({ call_id: callId, turns, unit: '501' }), aCall({ call_id: other })],
    })
    const idsIn = async (path: string): Promise<unknown> => {
      const { body } = await ask(`${api.url}${path}`)
      return (body as { calls: { call_id: string }[] }).calls.map(({ call_id }) => call_id)
    }
    expect(await idsIn('/api/calls?call_id=7D0C')).toEqual([callId, other])
    expect(await idsIn('/api/calls?call_id=7d0c7f5e8')).toEqual([callId])
    expect(await idsIn('/api/calls?call_id=7d0c7f5e-8d&ramal=9')).toEqual([])
    expect(await idsIn('/api/history?call_id=7D0C8000-0')).toEqual([other])
    expect(await ask(`${api.url}/api/history?call_id=${callId}`)).toMatchObject({
      status: 200,
      body: { status: 'success', calls: [{ condominio_id: 1, apartment_number: '501', turns }] },
    })
    for (const query of ['/api/history', '/api/history?call_id=x', '/api/calls?call_id=%27']) {
      expect((await ask(`${api.url}${query}`)).status).toBe(400)
    }
  })

  test('says that the history is away, and for how long to wait', async () => {
    const keptFailure = new ProviderError('postgres', 'no route', { retryable: true })
    await using api = await startTestApi({ keptFailure })
    const { status, headers, body } = await ask(`${api.url}/api/history?call_id=7d`)
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '5' })
    expect(body).toMatchObject({ message: expect.stringContaining('no route') as unknown })
  })

  test('tells one call, by its id in either case', async () => {
    await using api = await startTestApi()
    expect(await ask(`${api.url}/api/calls/${callId}`)).toMatchObject({
      status: 200,
      body: callView(),
    })
    expect((await ask(`${api.url}/api/calls/${callId.toUpperCase()}`)).status).toBe(200)
    expect(await ask(`${api.url}/api/calls/other`)).toMatchObject(
      refused(404, 'Chamada não encontrada'),
    )
  })

  test('hangs up the visitor unless the resident is named', async () => {
    await using api = await startTestApi()
    const url = `${api.url}/api/hangup`
    expect(await post(url, { call_id: callId.toUpperCase() })).toMatchObject({
      status: 200,
      body: { status: 'success', message: expect.any(String) },
    })
    expect(api.hungUp).toEqual([`${callId} visitor`])
    expect(await post(url, { call_id: callId, role: 'resident' })).toMatchObject(
      refused(404, 'O morador não está conectado nesta chamada'),
    )
    expect(await post(url, { call_id: 'other' })).toMatchObject(
      refused(404, 'Chamada não encontrada'),
    )
    expect(api.hungUp).toHaveLength(1)
  })

  test.each([
    [{}, 'call_id'],
    [{ call_id: '' }, 'call_id'],
    [{ call_id: 7 }, 'call_id'],
    [{ call_id: callId, role: 'gate' }, 'role'],
    [{ call_id: callId, role: null }, 'role'],
    [[], 'objeto JSON'],
    ['"x"', 'objeto JSON'],
    ['null', 'call_id'],
    ['', 'call_id'],
    ['{"call_id":', 'JSON'],
    ['{"__proto__":{}}', 'JSON'],
  ])('refuses to hang up for %j', async (body, message) => {
    await using api = await startTestApi()
    expect(await post(`${api.url}/api/hangup`, body)).toMatchObject(
      refused(400, expect.stringContaining(message)),
    )
    expect(api.hungUp).toEqual([])
  })

  test('says every error in one shape', async () => {
    await using api = await startTestApi()
    const { url } = api
    expect(await ask(`${url}/nothing`)).toMatchObject(refused(404, 'Rota não encontrada'))
    expect(await ask(`${url}/%zz`)).toMatchObject(refused(400, expect.any(String)))
    expect(await post(`${url}/api/status`, {})).toMatchObject({
      ...refused(405, 'Método não permitido: use GET'),
      headers: { allow: 'GET, HEAD' },
    })
    expect(await ask(`${url}/api/hangup`)).toMatchObject(
      refused(405, 'Método não permitido: use POST'),
    )
    expect(
      await ask(`${url}/api/hangup`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ call_id: callId }),
      }),
    ).toMatchObject(refused(415, expect.stringContaining('application/json')))
    const large = JSON.stringify({ call_id: callId, more: 'x'.repeat(65_536) })
    expect(await post(`${url}/api/hangup`, large)).toMatchObject(
      refused(413, expect.stringContaining('64 KB')),
    )
    expect(api.hungUp).toEqual([])
  })

  test('answers what is not HTTP in the same shape, and closes', async () => {
    await using api = await startTestApi()
    const socket = connect(api.port, '127.0.0.1')
    socket.write('\u0001\u0000\u0010nonsense\r\n\r\n')
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('{"status":"error","message":"Requisição inválida')
  })

  test('answers HEAD without a body', async () => {
    await using api = await startTestApi()
    for (const path of ['/healthz', '/readyz', '/api/status', '/api/calls', '/api/events']) {
      expect(await ask(api.url + path, { method: 'HEAD' })).toMatchObject({
        status: 200,
        body: null,
      })
    }
  })

  test.each(['evil.example', 'evil.example:8082', '127.0.0.1.evil.example', '[::2]', '10.0.0.1'])(
    'refuses the Host %j, as after DNS rebinding',
    async (host) => {
      await using api = await startTestApi()
      expect(await ask(`${api.url}/api/calls`, { headers: { host } })).toMatchObject(
        refused(403, expect.stringContaining('Host')),
      )
    },
  )

  test.each(['localhost:9000', 'LOCALHOST', 'localhost.', '127.0.0.1', '[::1]:8082'])(
    'accepts the Host %j, as through a tunnel',
    async (host) => {
      await using api = await startTestApi()
      expect((await ask(`${api.url}/api/calls`, { headers: { host } })).status).toBe(200)
    },
  )

  test('refuses a page of another origin, and obeys its own', async () => {
    await using api = await startTestApi()
    const url = `${api.url}/api/hangup`
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', '']) {
      expect(await post(url, { call_id: callId }, { origin })).toMatchObject(
        refused(403, 'Origem não permitida'),
      )
    }
    expect(api.hungUp).toEqual([])
    expect((await post(url, { call_id: callId }, { origin: api.url })).status).toBe(200)
  })

  test('names the port and the remedy when it is in use', async () => {
    await using api = await startTestApi()
    const again = startApi({
      host: '127.0.0.1',
      port: api.port,
      token: null,
      tls: null,
      daemon: createTestDaemon().daemon,
      log: silentLog,
      readiness: () => ({ ready: true, detail: null }),
    })
    const error = await again.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(isConfigError(error)).toBe(true)
    expect(messageOf(error)).toMatch(
      new RegExp(`port ${api.port} of 127.0.0.1.*in use.*API_PORT or --api-port`),
    )
  })
})

describe('JSON of the API', () => {
  test('is the same value, with nothing in it that a terminal would obey', () => {
    const unruly = fc.constantFrom(
      '\u001b[2J',
      '\u009b',
      '\u202e',
      '\u2028',
      '\u200b',
      '\u007f',
      '\r',
    )
    const any = fc.oneof(fc.string({ unit: 'binary' }), unruly)
    fc.assert(
      fc.property(fc.array(any), (texts) => {
        const written = inertJson({ texts })
        expect(JSON.parse(written)).toEqual({ texts })
        expect(written).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})
