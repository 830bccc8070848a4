import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { isProviderError } from '@portaria/core/plugin'
import { startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { freePorts } from '@portaria/test-kit/free-ports'
import { describe, expect, it, vi } from 'vitest'
import type { Resolve } from '../src/agents.ts'
import { createAiHttpDialogue } from '../src/ai-http-dialogue.ts'
import { isWithinReach } from '../src/public-address.ts'
import { ask, call, dialogueOf, recordingLog, said } from './support.ts'

const turn = said('Meu nome é Canário Secreto.')
const spoken = expect.arrayContaining([{ type: 'say', text: expect.stringContaining('Bom dia') }])

async function failure(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw error
  return error
}

describe('a redirect', () => {
  it('adds the slash that a server wants, with the words, and says so once', async () => {
    await using server = await startAiServer({ redirectsSlash: true })
    const lines: string[] = []
    const dialogue = await dialogueOf({ url: server.url }, { lines })
    expect(await ask(dialogue, turn)).toEqual(spoken)
    await ask(dialogue, turn)
    expect(server.asked.map(({ path, content }) => `${path} ${content}`)).toEqual(
      Array(2).fill('/messages/ Meu nome é Canário Secreto.'),
    )
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`"to":"${server.origin}/messages/"`)
  })

  it('is not needed where the address has the slash', async () => {
    await using server = await startAiServer({ redirectsSlash: true })
    const lines: string[] = []
    expect(await ask(await dialogueOf({ url: `${server.url}/` }, { lines }), turn)).toEqual(spoken)
    expect(server.asked[0]?.path).toBe('/messages/')
    expect(lines).toEqual([])
  })

  it.each([301, 302, 307, 308])(
    'of status %i POSTs again, at another origin without secrets',
    async (status) => {
      await using other = await startAiServer()
      await using server = await startAiServer()
      server.misbehave({ type: 'redirect', status, to: other.url })
      const headers = { Authorization: 'Bearer canary' }
      const lists = { redirects: [other.origin], privateOrigins: [other.origin] }
      const dialogue = await dialogueOf({ url: server.url, headers, ...lists })
      expect(await ask(dialogue, turn)).toEqual(spoken)
      expect(server.asked[0]?.headers.authorization).toBe('Bearer canary')
      expect(other.asked[0]).toMatchObject({
        method: 'POST',
        content: 'Meu nome é Canário Secreto.',
      })
      expect(other.asked[0]?.headers.authorization).toBeUndefined()
    },
  )

  it('to an origin that is not listed is refused', async () => {
    await using other = await startAiServer()
    await using server = await startAiServer()
    server.misbehave({ type: 'redirect', status: 307, to: other.url })
    const error = await failure(ask(await dialogueOf({ url: server.url }), turn))
    expect(error).toMatchObject({ retryable: false })
    expect(error.message).toContain('plugins.ai-http.redirects')
    expect(other.connections).toBe(0)
  })

  it('to a private or link-local address is refused, even at an origin that is listed', async () => {
    await using other = await startAiServer()
    await using server = await startAiServer()
    for (const to of [other.url, 'http://169.254.169.254/latest', 'http://[fe80::1]/']) {
      server.misbehave({ type: 'redirect', status: 307, to })
      const redirects = [new URL(to).origin]
      const error = await failure(ask(await dialogueOf({ url: server.url, redirects }), turn))
      expect(error).toMatchObject({ retryable: false })
      expect(error.message).toContain('not a public address')
    }
    expect(other.connections).toBe(0)
  })

  it('in a circle, or to nowhere, ends', async () => {
    await using server = await startAiServer()
    const dialogue = await dialogueOf({ url: server.url })
    server.misbehave({ type: 'redirect', status: 307, to: '/messages' })
    expect((await failure(ask(dialogue, turn))).message).toContain('more than 5 times')
    expect(server.asked).toHaveLength(6)
    server.misbehave({ type: 'redirect', status: 307, to: 'http://[' })
    expect((await failure(ask(dialogue, turn))).message).toContain('nowhere')
    server.misbehave({ type: 'redirect', status: 307, to: 'file:///etc/passwd' })
    expect((await failure(ask(dialogue, turn))).retryable).toBe(false)
  })
})

describe('the address that a row gives', () => {
  const rowOf = (aiUrl: string) => ({ call: { ...call, aiUrl } })

  it.each([
    'http://127.0.0.1:8000/messages',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://10.1.2.3/messages',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]:8000/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fd00:ec2::254]/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'não é um endereço',
  ])('%s is refused before anything is sent', async (aiUrl) => {
    const error = await failure(ask(await dialogueOf({}), turn, rowOf(aiUrl)))
    expect(error.retryable).toBe(false)
    expect(error.message).toMatch(/not a public address|mend the row/u)
  })

  it('is refused where its name leads into the own network', async () => {
    await using server = await startAiServer()
    const aiUrl = server.url.replace('127.0.0.1', 'localhost')
    const error = await failure(ask(await dialogueOf({ url: server.url }), turn, rowOf(aiUrl)))
    expect(error).toMatchObject({ retryable: false })
    expect(error.message).toContain('plugins.ai-http.privateOrigins')
    expect(server.connections).toBe(0)
  })

  it('is asked in the own network if its origin is listed, without the secrets of the operator', async () => {
    await using server = await startAiServer()
    const headers = { Authorization: 'Bearer canary' }
    const dialogue = await dialogueOf({ headers, privateOrigins: [server.origin] })
    expect(await ask(dialogue, turn, rowOf(server.url))).toEqual(spoken)
    expect(server.asked[0]?.headers.authorization).toBeUndefined()
  })

  it('is judged by the address that is connected to, whatever its name meant before', async () => {
    await using server = await startAiServer()
    const answers: LookupAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [
        { address: '93.184.215.14', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      [],
    ]
    type Done = (error: null, found: LookupAddress[]) => void
    const resolve = vi.fn<(name: string, options: object, done: Done) => void>(
      (_name, _options, done) => done(null, answers.shift() ?? []),
    )
    const dialogue = createAiHttpDialogue({
      url: new URL(server.url),
      timeoutMs: 8_000,
      headers: {},
      redirects: [],
      privateOrigins: [],
      log: recordingLog([]),
      signal: new AbortController().signal,
      resolve: resolve as unknown as Resolve,
    })
    const aiUrl = `http://rebind.example:${new URL(server.url).port}/messages`
    for (const times of [1, 2, 3]) {
      const error = await failure(ask(dialogue, turn, rowOf(aiUrl)))
      expect(error.message).toContain('rebind.example is not a public address')
      expect(resolve).toHaveBeenCalledTimes(times)
    }
    expect(server.connections).toBe(0)
  })
})

describe('an address', () => {
  it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111'])('%s is public', (address) => {
    expect(isWithinReach(address, 'public')).toBe(true)
  })

  it.each(
    '10.0.0.1 100.64.0.1 127.0.0.1 172.31.255.255 192.168.1.1 198.18.0.1 203.0.113.5 fc00::1 2001:db8::1 2002:7f00:1::'.split(
      ' ',
    ),
  )('%s is private', (address) => {
    expect(isWithinReach(address, 'public')).toBe(false)
    expect(isWithinReach(address, 'private')).toBe(true)
  })

  it.each(
    '0.0.0.0 169.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 255.255.255.255 :: fe80::1 fd00:ec2::254 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe 64:ff9b::a9fe:a9fe ff02::1'.split(
      ' ',
    ),
  )('%s is for nobody but the operator', (address) => {
    expect(isWithinReach(address, 'private')).toBe(false)
    expect(isWithinReach(address, 'any')).toBe(true)
  })
})

describe('what must not be told', () => {
  it('is in no error and no line of the log', async () => {
    await using server = await startAiServer({ redirectsSlash: true })
    const url = server.url.replace('//', '//canario:secreto@') + '?key=canary'
    const lines: string[] = []
    const options = { url, headers: { 'X-Key': 'canary' }, timeoutMs: 30_000 }
    const dialogue = await dialogueOf(options, { lines })
    await ask(dialogue, turn)
    expect(server.asked[0]?.headers.authorization).toMatch(/^Basic /u)
    expect(server.asked[0]?.path).toBe('/messages/?key=canary')
    const words = 'O Canário mora no 501'
    for (const fault of [
      { type: 'status', status: 401, text: words },
      { type: 'status', status: 500, text: words },
      { type: 'body', body: words },
      { type: 'body', body: `{"content":{"mensagem":${words}}}` },
      { type: 'body', body: JSON.stringify({ content: words }) },
      { type: 'drop', when: 'answering' },
      { type: 'redirect', status: 307, to: 'http://canario:secreto@10.0.0.1/?key=canary' },
    ] as const) {
      server.misbehave(fault)
      const error = await failure(ask(dialogue, turn))
      lines.push(inspect(error))
    }
    expect(lines.join('\n')).not.toMatch(/canar|canár|secreto/iu)
  })
})

describe('a retry', () => {
  it('reaches a server that listens a moment later', async () => {
    const [port = 0] = await freePorts(1)
    const dialogue = await dialogueOf({ url: `http://127.0.0.1:${port}/messages` })
    const asking = ask(dialogue, turn)
    await using server = await startAiServer({ port })
    expect(await asking).toEqual(spoken)
    expect(server.asked).toHaveLength(1)
  })

  it.each(['asked', 'answering'] as const)(
    'never follows a connection that was lost when %s',
    async (when) => {
      await using server = await startAiServer()
      server.misbehave({ type: 'drop', when })
      expect((await failure(ask(await dialogueOf({ url: server.url }), turn))).retryable).toBe(true)
      expect(server.asked).toHaveLength(1)
    },
  )
})

describe('a page of an error that never ends', () => {
  it('is not read, and its connection is closed', async () => {
    const server = createServer((_, response) => {
      response.writeHead(500, { 'content-type': 'text/html' }).write('<html>')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const dialogue = await dialogueOf({ url: `http://127.0.0.1:${port}/messages` })
      expect((await failure(ask(dialogue, turn))).message).toContain('answered 500')
      const open = () => new Promise((resolve) => server.getConnections((_, n) => resolve(n)))
      await expect.poll(open, { timeout: 10_000 }).toBe(0)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

describe('the daemon', () => {
  it('stops with no connection left', async () => {
    await using server = await startAiServer()
    const life = new AbortController()
    const dialogue = await dialogueOf({ url: server.url }, { signal: life.signal })
    await ask(dialogue, turn)
    expect(server.connections).toBe(1)
    life.abort()
    await expect.poll(() => server.connections, { timeout: 10_000 }).toBe(0)
  })

  it.each([
    { url: 'ftp://x/' },
    { url: 'localhost:8000/messages' },
    { headers: { Host: 'x' } },
    { headers: { a: 'b\r\nc: d' } },
    { timeoutMs: 0 },
    { retries: 3 },
  ])('does not start with %o', async (options) => {
    await expect(dialogueOf(options)).rejects.toThrow(TypeError)
  })
})
