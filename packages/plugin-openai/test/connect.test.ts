import { inspect } from 'node:util'
import { isConfigError } from '@portaria/core/plugin'
import { startOpenAiServer } from '@portaria/test-kit/emulators/openai-server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ask, dialogueOf, failure, said, sttOf, ttsOf } from './support.ts'

const turn = said('Meu nome é Canário.')
const configError = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return isConfigError(error) ? error.message : `no ConfigError: ${String(error)}`
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the key', () => {
  it('is missing where OpenAI itself is asked', async () => {
    for (const make of [sttOf, ttsOf, dialogueOf]) {
      expect(await configError(make({}))).toMatch(/plugins\.openai\.key .*OPENAI_API_KEY/u)
      await make({ key: 'sk-x' })
    }
  })

  it('goes to the server that it is for, and to no other', async () => {
    await using shared = await startOpenAiServer({ key: 'sk-shared' })
    await using own = await startOpenAiServer({ key: null })
    const options = {
      key: 'sk-shared',
      baseURL: shared.baseURL,
      headers: { 'x-secret': 'shared' },
      query: { 'api-version': '1' },
    }
    const model = 'm'
    await ask(await dialogueOf({ ...options, ai: { model } }), turn)
    expect(shared.requests[0]).toMatchObject({
      path: '/v1/chat/completions?api-version=1',
      headers: { authorization: 'Bearer sk-shared', 'x-secret': 'shared' },
    })
    await ask(await dialogueOf({ ...options, ai: { model, baseURL: own.baseURL } }), turn)
    const [keyless] = own.requests
    expect(keyless?.path).toBe('/v1/chat/completions')
    expect(keyless?.headers).not.toHaveProperty('authorization')
    expect(keyless?.headers).not.toHaveProperty('x-secret')
    const given = { model, baseURL: own.baseURL, key: 'sk-own', headers: { 'api-key': 'k' } }
    await ask(await dialogueOf({ ...options, ai: given }), turn)
    expect(own.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer sk-own',
      'api-key': 'k',
    })
  })

  it('is asked for by its own name where one kind alone is at OpenAI', async () => {
    const options = {
      baseURL: 'http://127.0.0.1:11434/v1',
      stt: { baseURL: 'https://api.openai.com/v1' },
    }
    expect(await configError(sttOf(options))).toMatch(/^plugins\.openai\.stt\.key is missing/u)
  })

  it('is never that of the machine’s other programs, nor are headers', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-canary')
    vi.stubEnv('OPENAI_ORG_ID', 'canary')
    vi.stubEnv('OPENAI_PROJECT_ID', 'canary')
    vi.stubEnv(
      'OPENAI_CUSTOM_HEADERS',
      'X-Canary: canary\nAuthorization: Bearer canary\nAPI-Key: canary',
    )
    await using server = await startOpenAiServer({ key: null })
    const { baseURL } = server
    const model = 'm'
    await ask(await dialogueOf({ baseURL, ai: { model } }), turn)
    await ask(await dialogueOf({ baseURL, key: 'sk-own', ai: { model } }), turn)
    await ask(await dialogueOf({ baseURL, headers: { 'Api-Key': 'k' }, ai: { model } }), turn)
    expect(JSON.stringify(server.requests)).not.toContain('canary')
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([
      undefined,
      'Bearer sk-own',
      undefined,
    ])
    expect(server.requests[2]?.headers).toMatchObject({ 'api-key': 'k' })
  })

  it('is in no error and no line of the log, nor is what was said, nor what the server answered', async () => {
    await using server = await startOpenAiServer({ key: 'sk-other' })
    const { baseURL } = server
    const lines: string[] = []
    const options = {
      baseURL,
      key: 'sk-canary',
      headers: { 'x-key': 'canary' },
      query: { key: 'canary' },
      ai: { model: 'm' },
    }
    const dialogue = await dialogueOf(options, { lines })
    const words = 'sk-canary: o Canário mora no 501'
    lines.push(inspect(await failure(ask(dialogue, turn)), { depth: 9 }))
    for (const fault of [
      { type: 'status', status: 400, error: { message: words, code: words, param: words } },
      { type: 'status', status: 500, error: { message: words } },
      { type: 'body', contentType: 'text/html', body: words, status: 502 },
      { type: 'body', contentType: 'text/html', body: words },
      { type: 'body', contentType: 'text/event-stream', body: `data: {"x":${words}}\n\n` },
      { type: 'body', contentType: 'text/event-stream', body: `data: {"choices":"${words}"}\n\n` },
      { type: 'body', contentType: 'text/event-stream', body: `data: {"error":"${words}"}\n\n` },
      { type: 'drop', when: 'answering' },
      { type: 'redirect', to: `${baseURL}/?key=sk-canary` },
    ] as const) {
      server.misbehave(fault)
      lines.push(inspect(await failure(ask(dialogue, turn)), { depth: 9 }))
    }
    expect(lines).toHaveLength(10)
    expect(lines.join('\n')).not.toMatch(/canar|canár/iu)
  })
})

describe('a server', () => {
  it('of somebody’s own needs the name of a model', async () => {
    const options = { baseURL: 'http://127.0.0.1:11434/v1' }
    expect(await configError(dialogueOf(options))).toContain('plugins.openai.ai.model')
    expect(await configError(sttOf(options))).toContain('plugins.openai.stt.model')
    expect(await configError(ttsOf(options))).toContain('plugins.openai.tts.model')
  })

  it('is asked once: trying again is core’s', async () => {
    await using server = await startOpenAiServer()
    const { baseURL, key } = server
    server.misbehave({ type: 'status', status: 500 })
    await failure(ask(await dialogueOf({ baseURL, key, ai: { model: 'm' } }), turn))
    expect(server.requests).toHaveLength(1)
  })

  it('says in known words what it refuses', async () => {
    await using server = await startOpenAiServer({ models: ['other'], voices: ['nova'] })
    const { baseURL, key } = server
    const model = await failure(ask(await dialogueOf({ baseURL, key, ai: { model: 'm' } }), turn))
    expect(model.message).toMatch(/answered 404 \(model_not_found\).*plugins\.openai\.ai\.model/u)
    const tts = await ttsOf({ baseURL, key, tts: { model: 'other', voice: 'x' } })
    const { signal } = new AbortController()
    const asked = { rate: 8_000, language: 'pt-BR', voice: {}, signal } as const
    const voice = await failure(tts.synthesize('Olá.', asked))
    expect(voice.message).toMatch(/\(invalid_value, voice\).*plugins\.openai\.tts\.voice/u)
  })

  it('keeps phrases apart by all that their sound depends on, and tells no secret there', async () => {
    const base = { key: 'sk-canary', headers: { a: 'canary' }, query: { a: 'canary' } }
    const ids = await Promise.all(
      [
        {},
        { model: 'tts-1' },
        { voice: 'nova' },
        { voices: { en: 'nova' } },
        { instructions: 'Slowly.' },
        { format: 'wav' },
        { rate: 16_000 },
        { baseURL: 'https://x.example/v1', model: 'gpt-4o-mini-tts' },
      ].map(async (tts) => (await ttsOf({ ...base, tts })).cacheId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.join('\n')).not.toContain('canary')
  })
})

it.each([
  [{ key: '' }],
  [{ baseURL: 'ftp://x/' }],
  [{ baseURL: 'http://user:pass@x/v1' }],
  [{ baseURL: 'http://x/v1?key=1' }],
  [{ headers: { Host: 'x' } }],
  [{ headers: { a: 'b\r\nc: d' } }],
  [{ stt: { stream: true, details: true } }],
  [{ stt: { timeoutMs: 0 } }],
  [{ tts: { format: 'mp3' } }],
  [{ tts: { rate: 1 } }],
  [{ ai: { answers: 'xml' } }],
  [{ ai: { request: { messages: [] } } }],
  [{ ai: { retries: 3 } }],
  [{ model: 'm' }],
])('the daemon does not start with %j', async (options) => {
  await expect(dialogueOf({ key: 'k', ...options })).rejects.toThrow(TypeError)
})
