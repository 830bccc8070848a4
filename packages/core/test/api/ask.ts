import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export type Answer = {
  status: number
  /** Of JSON its value; null when there is none. */
  body: unknown
  headers: Record<string, unknown>
}

type Ask = {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Trusted for HTTPS. */
  ca?: string
}

/** Plain HTTP, because fetch sets Host and Origin by itself. */
export async function ask(url: string, o: Ask = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const options = { method: o.method ?? 'GET', headers: o.headers ?? {} }
  const request = url.startsWith('https:')
    ? httpsRequest(url, { ...options, agent: false, ...(o.ca === undefined ? {} : { ca: o.ca }) })
    : httpRequest(url, options)
  request.on('error', reject)
  request.on('response', (response) => {
    const isJson = response.headers['content-type']?.startsWith('application/json') === true
    text(response).then(
      (written) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: written === '' ? null : isJson ? (JSON.parse(written) as unknown) : written,
        }),
      reject,
    )
  })
  request.end(o.body)
  return promise
}

/** Sends a value as JSON, or a text as it is. */
export function send(
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  o: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  if (o.body === undefined) return ask(url, { method, headers: o.headers ?? {} })
  return ask(url, {
    method,
    headers: { 'content-type': 'application/json', ...o.headers },
    body: typeof o.body === 'string' ? o.body : JSON.stringify(o.body),
  })
}

export function refused(status: number, message: unknown) {
  return { status, body: { status: 'error', message } }
}
