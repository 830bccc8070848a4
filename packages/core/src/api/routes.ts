import type { DaemonView } from '../status.ts'
import { ApiError } from './api-error.ts'
import { parseLastEventId } from './call-requests.ts'
import { addCallRoutes } from './call-routes.ts'
import { docsPage } from './docs-page.ts'
import type { EventStream } from './event-stream.ts'
import type { Metrics } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { addRamalRoutes } from './ramal-routes.ts'
import { type App, get, only, sendLong } from './route.ts'
import { statusBody } from './status-body.ts'

export type Readiness = () => { ready: boolean; detail: unknown }

function healthRoutes(app: App, daemon: DaemonView, readiness: Readiness): void {
  get(app, '/healthz', () => {
    const { state, version } = daemon.snapshot()
    return { status: 'success', state, version }
  })
  app.get('/readyz', (_, reply) => {
    const { ready, detail } = readiness()
    if (ready) return sendLong(reply, { status: 'success', ready, detail })
    const message = 'Ainda não está pronto'
    return sendLong(reply.code(503), { status: 'error', message, ready, detail })
  })
  only(app, '/readyz', ['GET', 'HEAD'])
}

function eventRoute(app: App, stream: EventStream): void {
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

/** Nothing but what is in the page itself: it loads nothing, runs nothing, and nobody frames it. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

function docsRoutes(app: App, { version }: { version: string }): void {
  const document = openApiDocument({ version })
  const page = docsPage(document)
  app.get('/api/docs', (_, reply) =>
    reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8').send(page),
  )
  only(app, '/api/docs', ['GET', 'HEAD'])
  get(app, '/api/docs/openapi.json', () => document)
}

function metricsRoute(app: App, metrics: Metrics): void {
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
  only(app, '/metrics', ['GET', 'HEAD'])
}

/** Every route of the HTTP API (docs/api.md). */
export function addRoutes(
  app: App,
  o: {
    daemon: DaemonView
    readiness: Readiness
    stream: EventStream
    metrics: Metrics
    /** Aborts when the API stops. */
    stopping: AbortSignal
  },
): void {
  healthRoutes(app, o.daemon, o.readiness)
  app.get('/api/status', (_, reply) => sendLong(reply, statusBody(o.daemon.snapshot())))
  only(app, '/api/status', ['GET', 'HEAD'])
  addRamalRoutes(app, o)
  addCallRoutes(app, o)
  eventRoute(app, o.stream)
  docsRoutes(app, o.daemon.snapshot())
  metricsRoute(app, o.metrics)
}
