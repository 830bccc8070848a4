import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { inTime, timedParts } from '@portaria/core/plugin'
import {
  connectionFailure,
  type Container,
  passingFailure,
  providerName,
  shownUrl,
  statusFailure,
} from './failures.ts'

export type Posting = Container & {
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Longest wait for the first byte of the answer, between two chunks, and for all of it. */
  readonly limits: { readonly firstMs: number; readonly nextMs: number; readonly totalMs: number }
  /** A longer answer is none. */
  readonly mostBytes: number
  readonly signal: AbortSignal
}

/** The client for a URL: a connection of its own for each request, so that an abort leaves nothing open. */
export function requestFor(url: URL): typeof requestHttp {
  return url.protocol === 'https:' ? requestHttps : requestHttp
}

/**
 * POSTs a body. Resolves, when a 2xx answer begins, with its chunks; who leaves them, or aborts, ends the request. Both
 * fail with a ProviderError.
 */
export async function post(o: Posting): Promise<AsyncIterable<Uint8Array>> {
  o.signal.throwIfAborted()
  const stop = new AbortController()
  const signal = AbortSignal.any([o.signal, stop.signal])
  const startedMs = performance.now()
  const { firstMs } = o.limits
  const what = `an answer of ${shownUrl(o.url)}`
  const timed = { name: providerName, what, stop, signal: o.signal }
  const answer = await inTime(send(o, signal), { ...timed, ms: firstMs })
  const { statusCode = 0 } = answer
  if (statusCode < 200 || statusCode > 299) {
    // Nobody reads it: it may be endless.
    answer.destroy()
    throw statusFailure(o, statusCode)
  }
  const takenMs = performance.now() - startedMs
  return timedParts(chunksOf(answer, { ...o, signal }), {
    ...timed,
    firstMs: firstMs - takenMs,
    nextMs: o.limits.nextMs,
    totalMs: o.limits.totalMs - takenMs,
  })
}

function send(o: Posting, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const { body, headers } = o
  const sending = requestFor(o.url)(o.url, {
    method: 'POST',
    agent: false,
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  })
  sending.on('error', (error) =>
    reject(signal.aborted ? signal.reason : connectionFailure(o, error)),
  )
  sending.on('response', resolve)
  sending.end(body)
  return promise
}

async function* chunksOf(
  answer: IncomingMessage,
  o: Posting,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > o.mostBytes) {
        throw passingFailure(`${shownUrl(o.url)} answered more than ${o.mostBytes} bytes`)
      }
      yield chunk
    }
  } catch (error) {
    o.signal.throwIfAborted()
    throw connectionFailure(o, error)
  } finally {
    answer.destroy()
  }
}
