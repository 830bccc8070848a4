import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What all emulated servers tell of themselves. */
export interface HttpServed extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly origin: string
  /** Requests that are not over. */
  readonly pending: number
  readonly connections: number
  /** Loses all connections. */
  dropAll(): void
}

/** A server on loopback. Where `handle` fails the connection is lost. */
export async function serveHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  port = 0,
): Promise<HttpServed> {
  let pending = 0
  let connections = 0
  const server = createServer((request, response) => {
    pending += 1
    response.once('close', () => (pending -= 1))
    handle(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections += 1
    socket.once('close', () => (connections -= 1))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${bound}`,
    get pending() {
      return pending
    },
    get connections() {
      return connections
    },
    dropAll: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      const closed = once(server.close(), 'close')
      server.closeAllConnections()
      await closed
    },
  }
}

/** One chunk. Resolves when it is on its way, or nobody is left to get it. */
export function write(response: ServerResponse, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => response.write(data, () => resolve()))
}
