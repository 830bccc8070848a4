import { isIP } from 'node:net'
import type { TlsFiles } from '../config/config.ts'
import { ConfigError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DaemonView } from '../status.ts'
import { ApiError } from './api-error.ts'
import { createApp } from './create-app.ts'
import { createEventStream } from './event-stream.ts'
import { createMetrics } from './metrics.ts'
import { addRoutes, type Readiness } from './routes.ts'
import { readTlsPair, watchTlsPair } from './tls-certificate.ts'

/** `url` is one that a client on this machine can use. */
export type Api = { readonly url: string; readonly port: number } & AsyncDisposable

export type ApiOptions = {
  host: string
  /** 0: any free port. */
  port: number
  /** Asked of every request but `/healthz`; null: none is needed. */
  token: string | null
  /** null: HTTP. */
  tls: TlsFiles | null
  daemon: DaemonView
  log: Log
  readiness: Readiness
  /** How often an open event stream shows that it lives. Default 15 s. */
  heartbeatMs?: number
  /** How often the certificate's files are read again. Default 10 s. */
  certificateCheckMs?: number
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

function urlOf(o: { secure: boolean; host: string; port: number }): string {
  const everywhere = o.host === '0.0.0.0' || o.host === '::'
  const host = everywhere ? '127.0.0.1' : isIP(o.host) === 6 ? `[${o.host}]` : o.host
  return `${o.secure ? 'https' : 'http'}://${host}:${o.port}`
}

/**
 * Starts the HTTP API. Throws ConfigError when it cannot listen, or has no certificate to speak HTTPS with. Disposal ends
 * every event stream.
 */
export async function startApi(o: ApiOptions): Promise<Api> {
  await using started = new AsyncDisposableStack()
  const tls = o.tls === null ? null : await readTlsPair(o.tls)
  const app = started.adopt(createApp({ ...o, tls }), (closing) => closing.close())
  const stopping = started.adopt(new AbortController(), (controller) =>
    controller.abort(new ApiError(503, 'O serviço está parando')),
  )
  const stream = started.adopt(
    createEventStream({ events: o.daemon.events, heartbeatMs: o.heartbeatMs ?? 15_000 }),
    (closing) => closing.close(),
  )
  const metrics = started.use(createMetrics(o.daemon))
  addRoutes(app, { ...o, stream, metrics, stopping: stopping.signal })
  try {
    await app.listen({ host: o.host, port: o.port })
  } catch (error) {
    throw listenFailure(error, o)
  }
  const { server } = app
  if (o.tls !== null && tls !== null) {
    started.use(
      watchTlsPair({
        files: o.tls,
        current: tls,
        everyMs: o.certificateCheckMs ?? 10_000,
        onChange: (pair) => server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
        log: o.log,
      }),
    )
  }
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? o.port) : o.port
  const running = started.move()
  return {
    url: urlOf({ secure: tls !== null, host: o.host, port }),
    port,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
