import { describe, expect, test } from 'vitest'
import { createApp } from '../../src/api/create-app.ts'
import { createEventStream } from '../../src/api/event-stream.ts'
import { createMetrics } from '../../src/api/metrics.ts'
import { openApiDocument } from '../../src/api/openapi.ts'
import { addRoutes } from '../../src/api/routes.ts'
import { ProviderError } from '../../src/errors.ts'
import type { PortariaEvent } from '../../src/events.ts'
import { silentLog } from '../../src/log.ts'
import { noStatistics } from '../../src/statistics/ramal-statistics.ts'
import { aCall } from '../history/a-call.ts'
import { aTurn } from './a-turn.ts'
import { callId, callView, createTestDaemon } from './daemon-for-tests.ts'
import { createJudge } from './document-judge.ts'
import { aRow, createFakeRamais } from './fake-ramais.ts'

const document = openApiDocument({ version: '0.1.0' })
const schemas = document.components.schemas

const judge = await createJudge(schemas)

const ended = callView({
  state: 'ended',
  ended_at: '2025-01-01T12:00:31.000Z',
  end_reason: 'decided',
  decision: {
    outcome: 'authorized',
    reason: 'resident-yes',
    by: 'speech',
    words: 'sim',
    at: '2025-01-01T12:00:30.000Z',
  },
  transcript: [
    {
      at: '2025-01-01T12:00:01.000Z',
      by: 'portaria',
      to: 'visitor',
      text: 'Olá',
      interrupted: false,
    },
    { at: '2025-01-01T12:00:02.000Z', by: 'visitor', text: 'entrega' },
  ],
  turns: [aTurn(), aTurn({ turn: 2, input: 'silence', audible_ms: null })],
  legs: [
    {
      role: 'visitor',
      peer: '192.0.2.20:40000',
      rate: 8000,
      connected_at: '2025-01-01T12:00:00.000Z',
      ended_at: null,
      end_reason: null,
    },
  ],
})

const at = '2025-01-01T11:00:00.000Z'

/** The app without a socket, and every URL that it was given. */
async function anApp(o: { failure?: Error; file?: boolean; ready?: boolean } = {}) {
  const stack = new AsyncDisposableStack()
  const { daemon } = createTestDaemon({
    calls: [callView(), ended],
    kept: [aCall({ turns: [aTurn()] }), aCall()].map((row) => ({ ...row, call_id: callId })),
    ramais: createFakeRamais(o).ramais,
    ...(o.failure === undefined ? {} : { keptFailure: o.failure }),
    snapshot: {
      provider_health: [
        {
          kind: 'stt',
          provider: 'azure',
          state: 'down',
          since: at,
          last_error: { at, message: 'x' },
        },
        { kind: 'tts', provider: 'espeak', state: 'up', since: at, last_error: null },
      ],
      alarms: [{ id: 'ramal-moved 7', since: at, message: 'porta ocupada' }],
    },
  })
  const app = createApp({ host: '127.0.0.1', token: null, tls: null, log: silentLog })
  const urls = new Set<string>()
  app.addHook('onRoute', ({ url }) => void urls.add(url.replace(/:(\w+)/g, '{$1}')))
  const stream = stack.adopt(
    createEventStream({ events: daemon.events, heartbeatMs: 10_000 }),
    (closing) => closing.close(),
  )
  const metrics = stack.use(createMetrics(daemon))
  const ready = o.ready ?? true
  addRoutes(app, {
    daemon,
    stream,
    metrics,
    readiness: () => ({ ready, detail: null }),
    stopping: new AbortController().signal,
  })
  stack.defer(() => app.close())
  await app.ready()
  return { app, urls, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const all = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
)

const ids: Record<string, string> = {
  '/api/calls/{id}': callId,
  '/api/extensions/{id}': String(aRow.id),
}

const queries: Record<string, string> = { '/api/history': `?call_id=${callId.slice(0, 13)}` }

function urlOf(path: string, id = ids[path] ?? ''): string {
  return path.replace('{id}', id) + (queries[path] ?? '')
}

type Inject = { method: string; path: string; id?: string; payload?: unknown }

async function inject(app: Awaited<ReturnType<typeof anApp>>['app'], o: Inject) {
  const response = await app.inject({
    method: o.method.toUpperCase() as 'GET',
    url: urlOf(o.path, o.id),
    ...(o.payload === undefined ? {} : { payload: o.payload as object }),
  })
  const type = response.headers['content-type']?.toString().split(';')[0] ?? ''
  const body: unknown =
    type === 'application/json' && response.body !== '' ? response.json() : response.body
  return { status: response.statusCode, type, body }
}

/** What the document says about an answer: `valid`, or what is wrong with it. */
function verdict(
  operation: (typeof all)[number]['operation'],
  answer: { status: number; type: string; body: unknown },
) {
  const content = operation.responses[answer.status]?.content[answer.type]
  if (content === undefined) return `${answer.status} ${answer.type} is not documented`
  return judge(content.schema, answer.body)
}

describe('the documentation of the API', () => {
  test('names every route and method, and no other', async () => {
    await using served = await anApp()
    expect([...served.urls].sort()).toEqual(Object.keys(document.paths).sort())
    for (const path of served.urls) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
        // A GET of the event stream would not end, and HEAD is allowed where GET is.
        const asked = method === 'get' ? 'head' : method
        const { status } = await inject(served.app, { method: asked, path })
        const documented = document.paths[path]?.[method] !== undefined
        expect({ path, method, served: status !== 405 }).toEqual({
          path,
          method,
          served: documented,
        })
      }
    }
  })

  const answering = all.filter(({ path }) => path !== '/api/events')

  test.each(answering)('tells what $method $path answers', async ({ method, path, operation }) => {
    await using served = await anApp()
    const payload = operation.requestBody?.content['application/json']?.example
    const answer = await inject(served.app, {
      method,
      path,
      payload: payload === undefined ? undefined : adapted(path, payload),
    })
    expect(answer.status).toBeLessThan(300)
    expect(verdict(operation, answer)).toBe('valid')
  })

  test.each(all.filter(({ operation }) => operation.requestBody !== undefined))(
    'gives an example for $method $path that is good, and refuses a bad one as it says',
    async ({ method, path, operation }) => {
      await using served = await anApp()
      const content = operation.requestBody?.content['application/json']
      expect(judge(content?.schema ?? {}, content?.example)).toBe('valid')
      expect(judge(content?.schema ?? {}, [])).not.toBe('valid')
      const answer = await inject(served.app, { method, path, payload: [] })
      expect(answer.status).toBe(400)
      expect(verdict(operation, answer)).toBe('valid')
    },
  )

  test.each(answering)('tells how $method $path fails', async ({ method, path, operation }) => {
    const example = operation.requestBody?.content['application/json']?.example
    const payload = example === undefined ? undefined : adapted(path, example)
    const failing = [
      { failure: new ProviderError('postgres', 'away') },
      { failure: new Error('bug') },
      { file: true },
      { ready: false },
    ]
    for (const o of failing) {
      await using served = await anApp(o)
      const answer = await inject(served.app, { method, path, payload })
      expect(verdict(operation, answer)).toBe('valid')
    }
    await using served = await anApp()
    const unknown = await inject(served.app, { method, path, payload, id: '404' })
    expect(verdict(operation, unknown)).toBe('valid')
  })

  /** Examples name a ramal that a table has; this one has another. */
  function adapted(path: string, example: object): object {
    return path === '/api/restart' ? { ramal: aRow.ramal_ia } : example
  }

  test('has a schema for every event', () => {
    const who = { call_id: callId, ramal: '1000', condominio_id: 1 }
    const bodies = [
      { type: 'ramal', ramal_id: 1, ramal: '1000', status: 'recusado', reason: 'busy' },
      { type: 'source', link: 'lost', why: 'gone' },
      { type: 'alarm', alarm: 'database-lost', ringing: true, message: 'mend it' },
      { type: 'provider', kind: 'stt', provider: 'azure', change: 'down', error: 'HTTP 500' },
      { type: 'statistics', ramal_id: 1, ramal: '1000', statistics: noStatistics },
      { type: 'call', state: 'ended', ...who },
      { type: 'leg', role: 'visitor', state: 'ended', reason: 'hangup', ...who },
      { type: 'said', role: 'visitor', text: 'Olá', interrupted: false, ...who },
      { type: 'heard', role: 'resident', text: 'sim', confidence: 0.9, ...who },
      { type: 'digit', role: 'resident', digit: '1', ...who },
      {
        type: 'decision',
        decision: {
          outcome: 'denied',
          reason: 'no-answer',
          by: 'timeout',
          words: null,
          at: '2025-01-01T12:00:00.000Z',
        },
        ...who,
      },
      { type: 'turn', turn: aTurn({ speech_ms: null, fallbacks: ['dialogue'] }), ...who },
    ] as const
    // Every type once: the compiler says when one is missing.
    const types: Record<PortariaEvent['type'], true> = {
      ...{ ramal: true, source: true, alarm: true, statistics: true, call: true },
      ...{ leg: true, said: true, heard: true, digit: true, decision: true },
      turn: true,
      provider: true,
    }
    expect(bodies.map(({ type }) => type).sort()).toEqual(Object.keys(types).sort())
    for (const body of bodies) {
      const event: PortariaEvent = { id: 1, time: '2025-01-01T12:00:00.000Z', ...body }
      expect(judge({ $ref: '#/components/schemas/Event' }, event)).toBe('valid')
    }
    expect(judge({ $ref: '#/components/schemas/Event' }, { id: 1, type: 'other' })).not.toBe(
      'valid',
    )
  })

  test('refers to nothing that it does not have', () => {
    const refs = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? []
    expect(refs.length).toBeGreaterThan(50)
    for (const ref of refs) {
      const name = /^"\$ref":"#\/components\/schemas\/(\w+)"$/.exec(ref)?.[1]
      expect(schemas[name ?? ref]).toBeDefined()
    }
    expect(JSON.stringify(document)).not.toMatch(/\$id|\$schema|9007199254740991/)
  })

  test('is a page that is whole in itself', async () => {
    await using served = await anApp()
    const { headers, body } = await served.app.inject('/api/docs')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'/,
    )
    expect(body).not.toMatch(/<script|<link|<img|src=|@import|url\(|undefined|\[object/)
    for (const { path, operation } of all) {
      expect(body).toContain(`<code>${path}</code>`)
      expect(body).toContain(operation.summary)
    }
    const targets = [...body.matchAll(/href="#([^"]+)"/g)].map((match) => match[1])
    for (const target of targets) expect(body).toContain(`id="${target}"`)
    expect(body.match(/<pre>/g)?.length).toBe(body.match(/<\/pre>/g)?.length)
  })
})
