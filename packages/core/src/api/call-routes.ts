import type { DaemonView } from '../status.ts'
import { ApiError } from './api-error.ts'
import { digitsOf, parseCallsQuery, parseHangupBody, parseHistoryQuery } from './call-requests.ts'
import { keptCall } from './kept-call.ts'
import { type App, get, only } from './route.ts'
import { storeLimit } from './store-limit.ts'

function callRoutes(app: App, daemon: DaemonView): void {
  get(app, '/api/calls', ({ query }) => {
    const { limit, ramal, state, call_id = '' } = parseCallsQuery(query)
    const digits = digitsOf(call_id)
    const found = daemon
      .calls()
      .filter((call) => ramal === undefined || call.ramal === ramal)
      .filter((call) => state === undefined || call.state === state)
      .filter((call) => digitsOf(call.call_id).startsWith(digits))
    return { status: 'success', total: found.length, calls: found.slice(0, limit) }
  })
  get(app, '/api/calls/:id', ({ params }) => {
    const call = daemon.call((params.id ?? '').toLowerCase())
    if (call === undefined) throw new ApiError(404, 'Chamada não encontrada')
    return call
  })
}

function hangupRoute(app: App, daemon: DaemonView): void {
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

/** What is older than the daemon's memory has no transcript and no names: hence a shape of its own. */
function historyRoute(app: App, o: { daemon: DaemonView; stopping: AbortSignal }): void {
  get(app, '/api/history', async ({ query }) => {
    const digits = digitsOf(parseHistoryQuery(query).call_id)
    const calls = await o.daemon.kept(digits, storeLimit(o.stopping))
    return { status: 'success', calls: calls.map(keptCall) }
  })
}

/** Calls, live and ended. */
export function addCallRoutes(
  app: App,
  o: {
    daemon: DaemonView
    /** Aborts when the API stops. */
    stopping: AbortSignal
  },
): void {
  callRoutes(app, o.daemon)
  historyRoute(app, o)
  hangupRoute(app, o.daemon)
}
