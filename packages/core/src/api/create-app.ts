import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import fastify, { type FastifyReply } from 'fastify'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { ApiError, describeFailure } from './api-error.ts'
import { createTokenGuard } from './bearer-token.ts'
import { inertJson } from './inert-json.ts'
import { refuseForeignHost, refuseForeignOrigin } from './local-requests.ts'
import type { App } from './route.ts'
import type { TlsPair } from './tls-certificate.ts'

const mostBodyBytes = 64 * 1024
/** Open files are for calls first: 500 readers of events, and what is asked beside them. */
export const mostConnections = 600

/** Node gives no response for a request that is not HTTP: the socket is answered by hand. */
function refuseGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const { statusCode, message } = describeFailure({ statusCode: tooLarge ? 431 : 400 })
  const body = inertJson({ status: 'error', message })
  socket.end(
    `HTTP/1.1 ${statusCode} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
      `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** The old service took `-X POST` with a content type and no body. */
function forgetTypeOfNothing(headers: Record<string, unknown>): void {
  const empty = headers['content-length'] === undefined || headers['content-length'] === '0'
  if (empty && headers['transfer-encoding'] === undefined) delete headers['content-type']
}

/** The server before it has routes: who may ask, how bodies are read, how answers and errors look. */
export function createApp(o: {
  /** Where it will listen. */
  host: string
  token: string | null
  tls: TlsPair | null
  log: Log
}): App {
  const guard = o.token === null ? null : createTokenGuard(o.token)
  const protocol = o.tls === null ? 'http:' : 'https:'

  function fail(error: unknown, reply: FastifyReply<object, Server>): typeof reply {
    const { statusCode, message, headers } = describeFailure(error)
    if (statusCode >= 500 && !(error instanceof ApiError)) {
      o.log.error({ error: messageOf(error), url: reply.request.url }, 'an API request failed')
    }
    return reply.headers(headers).code(statusCode).send({ status: 'error', message })
  }
  const app = fastify({
    logger: false,
    bodyLimit: mostBodyBytes,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    clientErrorHandler: refuseGarbage,
    frameworkErrors: (error, _, reply) => void fail(error, reply),
    https: o.tls === null ? null : { ...o.tls, minVersion: 'TLSv1.2' },
  })
  app.removeContentTypeParser('text/plain')
  app.server.maxConnections = mostConnections
  app.setReplySerializer(inertJson)
  app.setErrorHandler((error, _, reply) => fail(error, reply))
  app.setNotFoundHandler((_, reply) => fail(new ApiError(404, 'Rota não encontrada'), reply))
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (guard === null) refuseForeignHost(request.headers, o.host)
    refuseForeignOrigin(request.headers, protocol)
    // Whoever watches over the process has no token, and learns only that it lives.
    if (request.routeOptions.url !== '/healthz') guard?.(request.headers.authorization)
    forgetTypeOfNothing(request.raw.headers)
  })
  return app
}
