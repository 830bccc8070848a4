import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isConfigError, isProviderError } from '@portaria/core/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDaemonApi } from '../../src/daemon/daemon-api.ts'
import type { DaemonPlace } from '../../src/daemon/find-daemon.ts'
import type { Trust } from '../../src/daemon/http-request.ts'
import { selfSigned } from '../../../core/test/api/self-signed.ts'
import { type Answer, startAnsweringServer } from './answering-server.ts'

const { signal } = new AbortController()

function place(url: string, o: { token?: string; trust?: Trust } = {}): DaemonPlace {
  return {
    url,
    token: o.token ?? null,
    trust: o.trust ?? { type: 'system' },
    why: 'named by --url',
  }
}

async function failureOf(answer: Answer, token?: string): Promise<unknown> {
  await using server = await startAnsweringServer(() => answer)
  const api = createDaemonApi(place(server.url, token === undefined ? {} : { token }))
  const sent = api.send({ method: 'DELETE', path: '/api/extensions/7', signal })
  return await sent.catch((error: unknown) => error)
}

describe('the API of a daemon', () => {
  it('is sent the token and a JSON body', async () => {
    await using server = await startAnsweringServer(() => ({ status: 201, body: { id: 7 } }))
    const api = createDaemonApi(place(`${server.url}/`, { token: 'secret' }))
    const body = { ramal_ia: 'não' }
    expect(await api.send({ method: 'POST', path: '/api/x', body, signal })).toEqual({ id: 7 })
    const [seen] = server.seen
    expect(seen).toEqual({
      method: 'POST',
      path: '/api/x',
      authorization: 'Bearer secret',
      body: JSON.stringify(body),
    })
  })

  it('tells a refusal in the words of the daemon, made harmless to a terminal', async () => {
    const error = await failureOf({ status: 403, body: { message: 'falta INSERT\u001b[2J' } })
    expect(isConfigError(error)).toBe(true)
    expect(error).toMatchObject({ message: 'falta INSERT�[2J' })
  })

  it('tells what it cannot do now as a failure, not as a mistake of the user', async () => {
    const error = await failureOf({ status: 503, body: { message: 'banco fora' } })
    expect(isProviderError(error)).toBe(true)
  })

  it.each([
    [undefined, 'wants a token'],
    ['wrong', 'does not know this token'],
  ])('says what to do when the daemon answers 401 to the token %j', async (token, words) => {
    const error = await failureOf({ status: 401, body: { message: 'x' } }, token)
    expect(String(error)).toContain(words)
    expect(String(error)).toContain('portaria login')
    expect(String(error)).not.toContain('wrong')
  })

  it('takes a server that speaks no JSON for no Portaria', async () => {
    const error = await failureOf({ status: 200, body: '<html>' })
    expect(String(error)).toMatch(/is no Portaria.*--url/)
  })

  it('says that nobody answers, and how that was known', async () => {
    const api = createDaemonApi(place('http://127.0.0.1:1'))
    await expect(api.status(signal)).rejects.toThrow(
      /no daemon answers at http:\/\/127\.0\.0\.1:1, named by --url .*portaria serve/,
    )
  })
})

describe('the API of a daemon over HTTPS', () => {
  let folder: string
  let file: string
  const tls = selfSigned('portaria')
  /** A name that is not in the certificate. */
  const renamed = (url: string): string => url.replace('127.0.0.1', 'localhost')
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portaria-tls-'))
    file = join(folder, 'cert.pem')
    await writeFile(file, tls.cert)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is not believed without an authority, and the remedy is said', async () => {
    await using server = await startAnsweringServer(() => ({ status: 200, body: {} }), tls)
    const asked = createDaemonApi(place(server.url)).get('/', signal)
    await expect(asked).rejects.toThrow(/not trusted.*--ca FILE\.pem, or NODE_EXTRA_CA_CERTS/)
    expect(server.seen).toEqual([])
  })

  it('is known by its own file at whatever address', async () => {
    await using server = await startAnsweringServer(() => ({ status: 200, body: [1] }), tls)
    const trust = { type: 'own', file } as const
    for (const url of [server.url, renamed(server.url)]) {
      expect(await createDaemonApi(place(url, { trust })).get('/', signal)).toEqual([1])
    }
  })

  it('is not known by the file of another', async () => {
    await using server = await startAnsweringServer(() => ({ status: 200, body: [1] }), tls)
    await writeFile(join(folder, 'other.pem'), selfSigned('portaria').cert)
    const trust = { type: 'own', file: join(folder, 'other.pem') } as const
    await expect(createDaemonApi(place(server.url, { trust })).get('/', signal)).rejects.toThrow(
      /https:/,
    )
    expect(server.seen).toEqual([])
  })

  it('must have the right name where only its authority is known', async () => {
    await using server = await startAnsweringServer(() => ({ status: 200, body: [1] }), tls)
    const trust = { type: 'authority', file } as const
    expect(await createDaemonApi(place(server.url, { trust })).get('/', signal)).toEqual([1])
    const asked = createDaemonApi(place(renamed(server.url), { trust })).get('/', signal)
    await expect(asked).rejects.toThrow(/is for another name .*--url/)
    expect(server.seen).toHaveLength(1)
  })

  it('says which certificate file cannot be read', async () => {
    const trust = { type: 'authority', file: join(folder, 'none.pem') } as const
    const asked = createDaemonApi(place('https://127.0.0.1:1', { trust })).get('/', signal)
    await expect(asked).rejects.toThrow(/cannot read the certificate .*none\.pem.*--ca/)
  })
})
