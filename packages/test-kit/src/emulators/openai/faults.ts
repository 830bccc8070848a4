import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { write } from '../serve-http.ts'

export type OpenAiFault =
  /** Takes the request and never answers. */
  | { readonly type: 'hang' }
  /** Ends the connection: with the request in hand, or in the middle of the answer. */
  | { readonly type: 'drop'; readonly when: 'asked' | 'answering' }
  | { readonly type: 'slow'; readonly ms: number }
  /** A status with OpenAI's kind of error. */
  | {
      readonly type: 'status'
      readonly status: number
      readonly error?: {
        readonly message?: string
        readonly code?: string
        readonly param?: string
      }
    }
  | { readonly type: 'redirect'; readonly to: string }
  /** Status 200, or another, with any body. */
  | {
      readonly type: 'body'
      readonly body: string | Uint8Array
      readonly contentType: string
      readonly status?: number
    }
  /** Sends this, and then this again and again, for ever. */
  | {
      readonly type: 'never-ends'
      readonly piece: string | Uint8Array
      readonly contentType: string
    }

/** Resolves with true where the right answer follows. */
export async function misbehave(
  fault: OpenAiFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.type) {
    case 'hang':
      return false
    case 'drop':
      if (fault.when === 'answering') {
        const head = { 'content-type': 'application/octet-stream', 'content-length': '1000' }
        await write(response.writeHead(200, head), 'data: {"choices":[{"delta":{"content":"Bo')
      }
      request.socket.resetAndDestroy()
      return false
    case 'slow':
      await sleep(fault.ms)
      return true
    case 'status': {
      const { message = 'emulated', code = null, param = null } = fault.error ?? {}
      sendError(response, fault.status, { message, code, param })
      return false
    }
    case 'redirect':
      response.writeHead(307, { location: fault.to }).end()
      return false
    case 'body':
      response.writeHead(fault.status ?? 200, { 'content-type': fault.contentType })
      response.end(fault.body)
      return false
    case 'never-ends':
      response.writeHead(200, { 'content-type': fault.contentType })
      while (!response.destroyed) {
        await write(response, fault.piece)
        await sleep(5)
      }
      return false
  }
}

export function sendError(
  response: ServerResponse,
  status: number,
  error: { message: string; code: string | null; param: string | null },
): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { type: 'emulated_error', ...error } }))
}
