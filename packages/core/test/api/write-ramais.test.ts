import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRamalDraft } from '../../src/api/ramal-requests.ts'
import { ProviderError } from '../../src/errors.ts'
import { EditRefused } from '../../src/providers/ramal-store.ts'
import { parseRamal } from '../../src/ramais/parse-ramal.ts'
import { ask, refused, send } from './ask.ts'
import { startRamaisApi } from './daemon-for-tests.ts'
import { aRow, draft } from './fake-ramais.ts'

describe('the rows of the table', () => {
  test('are listed as they stand there', async () => {
    await using api = await startRamaisApi()
    expect(await ask(`${api.url}/api/extensions`)).toMatchObject({
      status: 200,
      body: { status: 'success', total_extensions: 1, extensions: [aRow] },
    })
  })

  test('are added, with ports as numbers or as texts of digits', async () => {
    await using api = await startRamaisApi()
    const url = `${api.url}/api/extensions`
    expect(await send('POST', url, { body: draft })).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        message: 'Ramal 1003 criado',
        extension: { id: 2, ...draft },
      },
    })
    const padded = {
      ...draft,
      ramal_ia: 1003,
      ip_servidor: ' 192.0.2.10 ',
      porta_ia: '8090  ',
      porta_retorno: null,
      condominio_id: '2',
    }
    expect(await send('POST', url, { body: padded })).toMatchObject({ status: 201 })
    expect(api.asked).toEqual([
      `create ${JSON.stringify(draft)}`,
      `create ${JSON.stringify({ ...draft, porta_retorno: null })}`,
    ])
  })

  test.each([
    [{ porta_ia: 0 }, 'porta_ia deve'],
    [{ porta_ia: 70_000 }, 'porta_ia deve'],
    [{ porta_ia: 'abc' }, 'porta_ia deve'],
    [{ porta_ia: ' ' }, 'porta_ia deve'],
    [{ porta_ia: 80.5 }, 'porta_ia deve'],
    [{ porta_ia: null }, 'porta_ia deve'],
    [{ porta_retorno: '' }, 'porta_retorno deve'],
    [{ porta_retorno: undefined }, 'porta_retorno deve'],
    [{ porta_retorno: '8090' }, 'devem ser diferentes'],
    [{ ramal_ia: '' }, 'ramal_ia deve'],
    [{ ramal_ia: 'a b' }, 'ramal_ia deve'],
    [{ ramal_ia: 'é' }, 'ramal_ia deve'],
    [{ ramal_retorno: '9'.repeat(51) }, 'ramal_retorno deve'],
    [{ ip_servidor: 'not an address' }, 'ip_servidor deve'],
    [{ ip_servidor: `${'a'.repeat(60)}.example` }, 'ip_servidor deve'],
    [{ condominio_id: 2_147_483_648 }, 'condominio_id deve'],
    [{ condominio_id: -1 }, 'condominio_id deve'],
    [{ id: 9 }, 'campo desconhecido: "id"'],
    [{ "x'; DROP TABLE": 1 }, 'campo desconhecido'],
  ])('are not added with %j', async (wrong, message) => {
    await using api = await startRamaisApi()
    const body = { ...draft, ...wrong }
    expect(await send('POST', `${api.url}/api/extensions`, { body })).toMatchObject(
      refused(400, expect.stringContaining(message)),
    )
    expect(api.asked).toEqual([])
  })

  test('are refused with every problem at once', async () => {
    await using api = await startRamaisApi()
    const { body } = await send('POST', `${api.url}/api/extensions`, {
      body: { porta_ia: 8090, porta_retorno: 8090, ramal: 1 },
    })
    const { message } = body as { message: string }
    for (const key of ['ramal_ia', 'ramal_retorno', 'ip_servidor', 'condominio_id', '"ramal"']) {
      expect(message).toContain(key)
    }
    expect(message).toContain('devem ser diferentes')
  })

  test('are changed in part', async () => {
    await using api = await startRamaisApi()
    const url = `${api.url}/api/extensions`
    expect(await send('PATCH', `${url}/1`, { body: { porta_ia: '9000' } })).toMatchObject({
      status: 200,
      body: { status: 'success', message: 'Ramal de id 1 alterado' },
    })
    expect(await send('PATCH', `${url}/1`, { body: { porta_retorno: null } })).toMatchObject({
      status: 200,
    })
    expect(api.asked).toEqual(['change 1 {"porta_ia":9000}', 'change 1 {"porta_retorno":null}'])
  })

  test.each([
    [{}, 'nada a mudar'],
    [undefined, 'objeto JSON'],
    [{ porta_ia: 'x', ip_servidor: '' }, 'porta_ia deve'],
    [{ porta_ia: 8081 }, 'devem ser diferentes'],
    [{ porta_retorno: '8080' }, 'devem ser diferentes'],
    [{ porta: 1 }, 'campo desconhecido: "porta"'],
  ])('are not changed by %j', async (body, message) => {
    await using api = await startRamaisApi()
    expect(await send('PATCH', `${api.url}/api/extensions/1`, { body })).toMatchObject(
      refused(400, expect.stringContaining(message)),
    )
    expect(api.asked).toEqual([])
  })

  test('are removed', async () => {
    await using api = await startRamaisApi()
    expect(await send('DELETE', `${api.url}/api/extensions/1`)).toMatchObject({
      status: 200,
      body: { status: 'success', message: 'Ramal de id 1 removido' },
    })
    expect(api.asked).toEqual(['remove 1'])
  })

  test.each(['99', 'x', '1;', '-1', '99999999999', '%00'])('are not found by %s', async (id) => {
    await using api = await startRamaisApi()
    const url = `${api.url}/api/extensions/${id}`
    const unknown = refused(404, 'Ramal não encontrado')
    expect(await send('DELETE', url)).toMatchObject(unknown)
    expect(await send('PATCH', url, { body: { porta_ia: 9000 } })).toMatchObject(unknown)
  })

  test('are edited in their file where they come from one', async () => {
    await using api = await startRamaisApi({ file: true })
    const url = `${api.url}/api/extensions`
    const elsewhere = refused(
      409,
      'Os ramais vêm de um arquivo: edite data/ramais_config.json e depois chame POST /api/refresh',
    )
    expect(await send('POST', url, { body: draft })).toMatchObject(elsewhere)
    expect(await send('PATCH', `${url}/1`, { body: { porta_ia: 9000 } })).toMatchObject(elsewhere)
    expect(await send('DELETE', `${url}/1`)).toMatchObject(elsewhere)
    expect((await ask(url)).status).toBe(200)
  })

  test('are written with the methods that 405 names', async () => {
    await using api = await startRamaisApi()
    expect(await ask(`${api.url}/api/extensions`, { method: 'PUT' })).toMatchObject({
      ...refused(405, 'Método não permitido: use GET, POST'),
      headers: { allow: 'GET, HEAD, POST' },
    })
    expect(await ask(`${api.url}/api/extensions/1`)).toMatchObject(
      refused(405, 'Método não permitido: use PATCH, DELETE'),
    )
  })

  test('that the API takes are ramais', () => {
    const port = fc.integer({ min: -1, max: 66_000 })
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.ipV4(),
      fc.domain(),
      fc.stringMatching(/^\d{1,6}$/),
    )
    const any = fc.record({
      ramal_ia: fc.oneof(text, fc.nat()),
      ramal_retorno: fc.oneof(text, fc.nat()),
      ip_servidor: text,
      porta_ia: fc.oneof(port, port.map(String)),
      porta_retorno: fc.oneof(port, port.map(String), fc.constant(null)),
      condominio_id: fc.nat(),
    })
    fc.assert(
      fc.property(any, (row) => {
        let taken
        try {
          taken = parseRamalDraft(row)
        } catch {
          return
        }
        expect(parseRamal({ id: 1, ...taken })).toEqual({ ramal: { id: 1, ...taken } })
      }),
    )
  })
})

describe('what the database does wrong', () => {
  const everything = (url: string) => [
    ask(`${url}/api/extensions`),
    send('POST', `${url}/api/refresh`),
    send('POST', `${url}/api/restart`, { body: { ramal: '1000' } }),
    send('POST', `${url}/api/extensions`, { body: draft }),
    send('PATCH', `${url}/api/extensions/1`, { body: { porta_ia: 9000 } }),
    send('DELETE', `${url}/api/extensions/1`),
  ]

  test('is told as 503 while it is away, with when to come back', async () => {
    const failure = new ProviderError('postgres', 'connection refused', { retryable: true })
    await using api = await startRamaisApi({ failure })
    for (const answer of await Promise.all(everything(api.url))) {
      expect(answer).toMatchObject({
        ...refused(503, expect.stringMatching(/não responde agora \(connection refused\)/)),
        headers: { 'retry-after': '5' },
      })
    }
  })

  test('is told as 503 when it takes too long', async () => {
    await using api = await startRamaisApi({ failure: new DOMException('late', 'TimeoutError') })
    for (const answer of await Promise.all(everything(api.url))) {
      expect(answer).toMatchObject(refused(503, expect.stringMatching(/não respondeu a tempo/)))
    }
  })

  test('is told as 403 with the privilege that is missing', async () => {
    const failure = new EditRefused('forbidden', 'GRANT INSERT ON extension_ia TO portaria')
    await using api = await startRamaisApi({ failure })
    expect(await send('POST', `${api.url}/api/extensions`, { body: draft })).toMatchObject(
      refused(403, expect.stringContaining('GRANT INSERT ON extension_ia TO portaria')),
    )
  })

  test('is told as 409 with the constraint that is against it', async () => {
    const failure = new EditRefused('conflict', 'porta_ia 8090 is taken')
    await using api = await startRamaisApi({ failure })
    expect(await send('POST', `${api.url}/api/extensions`, { body: draft })).toMatchObject(
      refused(409, expect.stringContaining('porta_ia 8090 is taken')),
    )
  })

  test('is told as 500 without a word of it when it is a fault of ours', async () => {
    await using api = await startRamaisApi({ failure: new TypeError('secret') })
    expect(await send('POST', `${api.url}/api/refresh`)).toMatchObject(
      refused(500, 'Erro interno: veja o log'),
    )
  })
})
