import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HttpServed, serveHttp, write } from '../serve-http.ts'

export type AvrFault =
  /** Takes the request and never answers. */
  | { readonly type: 'hang' }
  /** Ends the connection, with the request in hand. */
  | { readonly type: 'drop' }
  | { readonly type: 'slow'; readonly ms: number }
  /** A status as Express sends it, with `{message}`. */
  | { readonly type: 'status'; readonly status: number; readonly message?: string }
  /** Status 200 and any body. */
  | { readonly type: 'body'; readonly body: string | Uint8Array; readonly contentType?: string }
  /** Status 200, and then the connection is lost in the middle of this body. */
  | { readonly type: 'cut'; readonly body: string | Uint8Array }
  /** Status 200, this once, and then this again and again for ever. */
  | { readonly type: 'never-ends'; readonly piece: string | Uint8Array; readonly everyMs?: number }
  /** Status 200, this, and then nothing for ever. */
  | { readonly type: 'stall'; readonly piece: string | Uint8Array }

/** A container of AVR on loopback: an Express server with one POST route. */
export interface AvrContainer extends HttpServed {
  /** What AVR calls ASR_URL, LLM_URL or TTS_URL. */
  readonly url: string
  /** Requests so far. */
  readonly requests: number
  /** From the next request on; null: it is well again. */
  misbehave(fault: AvrFault | null): void
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export async function startContainer(o: { path: string; handle: Handle }): Promise<AvrContainer> {
  let fault: AvrFault | null = null

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://avr')
    if (request.method !== 'POST' || pathname !== o.path) {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' })
      response.end(`<!DOCTYPE html><pre>Cannot ${request.method} ${pathname}</pre>`)
      return
    }
    container.requests += 1
    const now = fault
    if (now !== null && !(await misbehave(now, request, response))) return
    await o.handle(request, response)
  }

  const served = await serveHttp(handle)
  const container = Object.assign(served, {
    url: `${served.origin}${o.path}`,
    requests: 0,
    misbehave(next: AvrFault | null) {
      fault = next
    },
  })
  return container
}

/** Resolves with true where the right answer follows. */
async function misbehave(
  fault: AvrFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  // Otherwise a client that still sends would not learn that it is over.
  if (fault.type !== 'slow') request.resume()
  switch (fault.type) {
    case 'hang':
      return false
    case 'drop':
      request.socket.resetAndDestroy()
      return false
    case 'slow':
      await sleep(fault.ms)
      return true
    case 'status':
      sendMessage(response, fault.status, fault.message ?? 'emulated')
      return false
    case 'body':
      response.writeHead(200, { 'content-type': fault.contentType ?? 'text/event-stream' })
      response.end(fault.body)
      return false
    case 'cut':
      await write(response, fault.body)
      request.socket.resetAndDestroy()
      return false
    case 'never-ends':
      while (!response.destroyed) {
        await write(response, fault.piece)
        await sleep(fault.everyMs ?? 1)
      }
      return false
    case 'stall':
      await write(response, fault.piece)
      return false
  }
}

export function sendMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ message }))
}
