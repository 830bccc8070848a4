import type { Socket } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { ConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DaemonView } from '../status.ts'
import { ApiError, describeFailure } from './api-error.ts'
import { createEventStream } from './event-stream.ts'
import { inertJson } from './inert-json.ts'
import { refuseForeignRequest } from './local-requests.ts'
import { addRoutes, type Readiness } from './routes.ts'

export type Api = { readonly url: string; readonly port: number } & AsyncDisposable

export type ApiOptions = {
  host: string
  /** 0: any free port. */
  port: number
  daemon: DaemonView
  log: Log
  readiness: Readiness
  /** How often an open event stream shows that it lives. Default 15 s. */
  heartbeatMs?: number
}

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

function createApp(o: ApiOptions): FastifyInstance {
  function fail(error: unknown, reply: FastifyReply): FastifyReply {
    const { statusCode, message } = describeFailure(error)
    if (statusCode >= 500 && !(error instanceof ApiError)) {
      o.log.error({ error: messageOf(error), url: reply.request.url }, 'an API request failed')
    }
    return reply.code(statusCode).send({ status: 'error', message })
  }
  const app = fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    clientErrorHandler: refuseGarbage,
    frameworkErrors: (error, _, reply) => void fail(error, reply),
  })
  app.removeContentTypeParser('text/plain')
  app.setReplySerializer(inertJson)
  app.setErrorHandler((error, _, reply) => fail(error, reply))
  app.setNotFoundHandler((_, reply) => fail(new ApiError(404, 'Rota não encontrada'), reply))
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    refuseForeignRequest(request.headers, o.host)
  })
  return app
}

function listenFailure(error: unknown, { host, port }: ApiOptions): unknown {
  const remedy = 'choose another with API_PORT or --api-port'
  switch ((error as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `port ${port} of ${host}, for the HTTP API, is in use by another program: stop that, or ${remedy}`,
        { cause: error },
      )
    case 'EACCES':
      return new ConfigError(`this user may not listen at port ${port}: ${remedy}`, {
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(
        `${host} is not an address of this machine: the HTTP API's --host is 127.0.0.1 usually`,
        { cause: error },
      )
    default:
      return error
  }
}

/**
 * Starts the HTTP API. Throws ConfigError when it cannot listen. Disposal ends every event stream.
 */
export async function startApi(o: ApiOptions): Promise<Api> {
  const app = createApp(o)
  const stream = createEventStream({
    events: o.daemon.events,
    heartbeatMs: o.heartbeatMs ?? 15_000,
  })
  addRoutes(app, { daemon: o.daemon, readiness: o.readiness, stream })
  try {
    await app.listen({ host: o.host, port: o.port })
  } catch (error) {
    stream.close()
    await app.close()
    throw listenFailure(error, o)
  }
  const address = app.server.address()
  const bound = typeof address === 'object' ? (address?.port ?? o.port) : o.port
  return {
    url: `http://${o.host.includes(':') ? `[${o.host}]` : o.host}:${bound}`,
    port: bound,
    async [Symbol.asyncDispose]() {
      stream.close()
      await app.close()
    },
  }
}
