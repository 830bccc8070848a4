import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test, vi } from 'vitest'
import { mostConnections } from '../../src/api/create-app.ts'
import { ask, refused, send } from './ask.ts'
import { callId, startTestApi } from './daemon-for-tests.ts'

const token = 'correct horse battery staple'
const bearer = { authorization: `Bearer ${token}` }
const unauthorized = refused(401, 'Não autorizado: envie Authorization: Bearer <API_TOKEN>')

describe('the HTTP API with a token', () => {
  test('asks it of every route but the one that tells whether the process lives', async () => {
    await using api = await startTestApi({ token })
    const paths = [
      ...['/readyz', '/metrics', '/api/status', '/api/calls', '/api/extensions', '/api/events'],
      ...['/api/docs', '/api/docs/openapi.json', '/api/hangup', '/nothing', '/healthz/x'],
    ]
    for (const path of paths) {
      const { status, body, headers } = await ask(api.url + path)
      expect({ path, status, body }).toEqual({ path, ...unauthorized })
      expect(headers['www-authenticate']).toBe('Bearer realm="portaria"')
    }
    expect((await ask(`${api.url}/healthz`)).status).toBe(200)
    expect((await ask(`${api.url}/healthz/`)).status).toBe(200)
    expect((await ask(`${api.url}/api/status`, { headers: bearer })).status).toBe(200)
    expect((await ask(`${api.url}/metrics`, { headers: bearer })).status).toBe(200)
  })

  test.each([
    '',
    token,
    `Basic ${token}`,
    `Bearer`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer x ${token}`,
  ])('gives %j one answer, and does nothing', async (authorization) => {
    await using api = await startTestApi({ token })
    const o = { body: { call_id: callId }, headers: { authorization } }
    const answer = await send('POST', `${api.url}/api/hangup`, o)
    expect(answer).toMatchObject(unauthorized)
    expect(api.hungUp).toEqual([])
  })

  test('takes the name of the scheme in any case', async () => {
    await using api = await startTestApi({ token })
    for (const authorization of [`bearer ${token}`, `BEARER  ${token} `]) {
      const answer = await ask(`${api.url}/api/status`, { headers: { authorization } })
      expect(answer.status).toBe(200)
    }
  })

  test('answers under any name, and still refuses a page of another origin', async () => {
    await using api = await startTestApi({ token })
    const host = 'portaria.example:8082'
    const from = (origin?: string) => {
      const headers = { ...bearer, host, ...(origin === undefined ? {} : { origin }) }
      return ask(`${api.url}/api/status`, { headers })
    }
    expect((await from()).status).toBe(200)
    expect((await from('http://portaria.example:8082')).status).toBe(200)
    expect(await from('http://evil.example')).toMatchObject(refused(403, 'Origem não permitida'))
  })

  test('does not read the body of whoever has none', async () => {
    await using api = await startTestApi({ token })
    const socket = connect(api.port, '127.0.0.1')
    socket.write(
      'POST /api/hangup HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10485760\r\nconnection: close\r\n\r\n{',
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
  })
})

describe('the HTTP API on every address', () => {
  test('leaves files for calls whoever connects: what is too many is closed at once, and it answers again after', async () => {
    await using api = await startTestApi({ token })
    const open = new Set<Socket>()
    const tooMany = 20
    let closed = 0
    const sockets = Array.from({ length: mostConnections + tooMany }, () => {
      const socket = connect(api.port, '127.0.0.1').on('error', () => undefined)
      open.add(socket)
      return socket.once('close', () => {
        open.delete(socket)
        closed += 1
      })
    })
    await vi.waitFor(() => expect(closed).toBe(tooMany), { timeout: 10_000 })
    expect(open.size).toBe(mostConnections)
    for (const socket of sockets) socket.destroy()
    const answers = async (): Promise<void> => {
      expect((await ask(`${api.url}/healthz`)).status).toBe(200)
    }
    await vi.waitFor(answers, { timeout: 10_000 })
  })

  test.each(['0.0.0.0', '::'])(
    'at %s, gives an address that works on this machine',
    async (host) => {
      await using api = await startTestApi({ token, host })
      expect(api.url).toBe(`http://127.0.0.1:${api.port}`)
      expect((await ask(`${api.url}/healthz`)).status).toBe(200)
    },
  )

  test('refuses 10 MB before they are sent', async () => {
    await using api = await startTestApi({ token, host: '0.0.0.0' })
    const socket = connect(api.port, '127.0.0.1')
    socket.write(
      `POST /api/refresh HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
        'content-type: application/json\r\ncontent-length: 10485760\r\nconnection: close\r\n\r\n{',
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/)
  })
})
