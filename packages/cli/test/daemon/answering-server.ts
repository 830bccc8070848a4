import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { text } from 'node:stream/consumers'

/** A request as the server saw it. */
export type Seen = {
  readonly method: string
  readonly path: string
  readonly authorization: string | null
  readonly body: string
}

export type Answer = { readonly status: number; readonly body: unknown }

export type AnsweringServer = {
  readonly url: string
  readonly seen: readonly Seen[]
} & AsyncDisposable

/** Speaks the documented shapes: for what a real daemon cannot be made to answer. */
export async function startAnsweringServer(
  answer: (seen: Seen) => Answer,
  tls?: { cert: string; key: string },
): Promise<AnsweringServer> {
  const all: Seen[] = []
  const read = async (request: IncomingMessage): Promise<Seen> => ({
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization ?? null,
    body: await text(request),
  })
  const listener: RequestListener = (request, response) => {
    void read(request).then((seen) => {
      all.push(seen)
      const { status, body } = answer(seen)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen: all,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
