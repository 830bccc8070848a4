import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import type { DaemonView } from '../status.ts'
import { ApiError } from './api-error.ts'
import type { EventStream } from './event-stream.ts'
import { parseCallsQuery, parseHangupBody, parseLastEventId } from './request-schemas.ts'
import { statusBody } from './status-body.ts'

export type Readiness = () => { ready: boolean; detail: unknown }

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Answers 405 to every other method of a route, before a body is read. */
function only(app: FastifyInstance, url: string, allowed: readonly HTTPMethods[]): void {
  const refuse = () => Promise.reject(new ApiError(405, `Método não permitido: use ${allowed[0]}`))
  app.route({
    method: methods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: async (_, reply) => {
      reply.header('allow', allowed.join(', '))
      await refuse()
    },
    handler: refuse,
  })
}

type Handler = (request: FastifyRequest) => unknown

function get(app: FastifyInstance, url: string, handler: Handler): void {
  app.get(url, (request, reply) => reply.send(handler(request)))
  only(app, url, ['GET', 'HEAD'])
}

function healthRoutes(app: FastifyInstance, daemon: DaemonView, readiness: Readiness): void {
  get(app, '/healthz', () => {
    const { state, version } = daemon.snapshot()
    return { status: 'success', state, version }
  })
  app.get('/readyz', (_, reply) => {
    const { ready, detail } = readiness()
    if (ready) return reply.send({ status: 'success', ready, detail })
    const message = 'Ainda não está pronto'
    return reply.code(503).send({ status: 'error', message, ready, detail })
  })
  only(app, '/readyz', ['GET', 'HEAD'])
}

function callRoutes(app: FastifyInstance, daemon: DaemonView): void {
  get(app, '/api/calls', ({ query }) => {
    const { limit, ramal, state } = parseCallsQuery(query)
    const found = daemon
      .calls()
      .filter((call) => ramal === undefined || call.ramal === ramal)
      .filter((call) => state === undefined || call.state === state)
    return { status: 'success', total: found.length, calls: found.slice(0, limit) }
  })
  get(app, '/api/calls/:id', ({ params }) => {
    const call = daemon.call((params as { id: string }).id.toLowerCase())
    if (call === undefined) throw new ApiError(404, 'Chamada não encontrada')
    return call
  })
}

function hangupRoute(app: FastifyInstance, daemon: DaemonView): void {
  app.post('/api/hangup', (request, reply) => {
    const { call_id, role } = parseHangupBody(request.body)
    switch (daemon.hangup(call_id.toLowerCase(), role)) {
      case 'ok':
        return reply.send({ status: 'success', message: 'Desligamento solicitado' })
      case 'unknown-call':
        throw new ApiError(404, 'Chamada não encontrada')
      case 'no-leg': {
        const who = role === 'visitor' ? 'O visitante' : 'O morador'
        throw new ApiError(404, `${who} não está conectado nesta chamada`)
      }
    }
  })
  only(app, '/api/hangup', ['POST'])
}

function eventRoute(app: FastifyInstance, stream: EventStream): void {
  const url = '/api/events'
  app.get(url, { exposeHeadRoute: false }, (request, reply) => {
    if (stream.readers >= 500) throw new ApiError(503, 'Leitores de eventos demais')
    const after = parseLastEventId(request.headers['last-event-id'], request.query)
    reply.hijack()
    stream.serve(reply.raw, after)
  })
  app.head(url, (_, reply) => reply.type('text/event-stream; charset=utf-8').send())
  only(app, url, ['GET', 'HEAD'])
}

/** Every route of the HTTP API (docs/api.md). */
export function addRoutes(
  app: FastifyInstance,
  o: { daemon: DaemonView; readiness: Readiness; stream: EventStream },
): void {
  healthRoutes(app, o.daemon, o.readiness)
  get(app, '/api/status', () => statusBody(o.daemon.snapshot()))
  callRoutes(app, o.daemon)
  hangupRoute(app, o.daemon)
  eventRoute(app, o.stream)
}
