import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { ConfigError, messageOf, ProviderError } from '@portaria/core/errors'
import { isRecord } from '../is-record.ts'
import { printable } from '../printable.ts'
import type { DaemonPlace } from './find-daemon.ts'
import { httpRequest } from './http-request.ts'
import { type DaemonStatus, parseStatus } from './parse-status.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** The HTTP API of a running daemon. Answers are unknown to the caller: parse what you need. */
export interface DaemonApi {
  readonly url: string
  /** The JSON at a path, or null for 404. Throws as `send` does. */
  get(path: string, signal: AbortSignal): Promise<unknown>
  /**
   * The answer to a request that changes something. Throws ConfigError when nobody answers or the daemon refuses (its
   * words are the message), ProviderError when it cannot now.
   */
  send(request: {
    method: Exclude<Method, 'GET'>
    path: string
    body?: object
    signal: AbortSignal
  }): Promise<unknown>
  status(signal: AbortSignal): Promise<DaemonStatus>
  /** The bytes of `GET /api/events`, from now on. */
  events(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

/** A change is answered once it is applied, which takes the database's time. */
const timeoutMs = 30_000

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

function unreachable(place: DaemonPlace, error: unknown): ConfigError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  const { origin } = new URL(place.url)
  const words = printable(messageOf(error) || code)
  if (untrusted.has(code)) {
    return new ConfigError(
      `the certificate of ${origin} is not trusted (${words}): name its authority with --ca FILE.pem, or NODE_EXTRA_CA_CERTS`,
      { cause: error },
    )
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new ConfigError(
      `the certificate of ${origin} is for another name (${words}): name the daemon so with --url`,
      { cause: error },
    )
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return new ConfigError(
      `the certificate of ${origin} is not valid now (${words}): renew it, or correct the clock of this machine`,
      { cause: error },
    )
  }
  return new ConfigError(
    `no daemon answers at ${origin}, ${place.why} (${words}). Start one with: portaria serve, or name it with --url`,
    { cause: error },
  )
}

function refusal(place: DaemonPlace, status: number, message: string | null): Error {
  const { origin } = new URL(place.url)
  if (message === null) {
    return new ConfigError(
      `${origin} answered ${status} and is no Portaria: name the daemon with --url`,
    )
  }
  if (status === 401) {
    const has = place.token === null ? 'wants a token' : 'does not know this token'
    return new ConfigError(
      `the daemon at ${origin} ${has}: give the API_TOKEN that it was started with by --token, or remember it with: portaria login`,
    )
  }
  if (status >= 500)
    return new ProviderError('daemon', `${message} (${origin})`, { retryable: true })
  return new ConfigError(message)
}

function messageIn(body: unknown): string | null {
  if (!isRecord(body) || typeof body['message'] !== 'string') return null
  return printable(body['message'])
}

async function jsonOf(response: IncomingMessage, place: DaemonPlace): Promise<unknown> {
  const body = await text(response)
  try {
    return JSON.parse(body) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refusal(place, response.statusCode ?? 0, null)
  }
}

export function createDaemonApi(place: DaemonPlace): DaemonApi {
  const base = place.url.replace(/\/+$/, '')

  async function ask(o: {
    method: Method
    path: string
    body?: object
    signal: AbortSignal
  }): Promise<IncomingMessage> {
    const body = o.body === undefined ? null : JSON.stringify(o.body)
    const headers = {
      ...(place.token === null ? {} : { authorization: `Bearer ${place.token}` }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    }
    const { method, signal } = o
    return httpRequest({
      url: new URL(`${base}${o.path}`),
      method,
      headers,
      body,
      trust: place.trust,
      signal,
    })
  }

  async function answer(o: Parameters<typeof ask>[0]): Promise<{ status: number; body: unknown }> {
    const signal = AbortSignal.any([o.signal, AbortSignal.timeout(timeoutMs)])
    let response: IncomingMessage
    let body: unknown
    try {
      response = await ask({ ...o, signal })
      body = response.statusCode === 204 ? null : await jsonOf(response, place)
    } catch (error) {
      o.signal.throwIfAborted()
      if (error instanceof ConfigError) throw error
      throw unreachable(place, error)
    }
    return { status: response.statusCode ?? 0, body }
  }

  async function get(path: string, signal: AbortSignal): Promise<unknown> {
    const { status, body } = await answer({ method: 'GET', path, signal })
    if (status === 404) return null
    if (status < 300) return body
    throw refusal(place, status, messageIn(body))
  }

  return {
    url: base,
    get,
    async send(request) {
      const { status, body } = await answer(request)
      if (status < 300) return body
      throw refusal(place, status, messageIn(body))
    },
    status: async (signal) => parseStatus(await get('/api/status', signal), base),
    async events(signal) {
      const path = '/api/events'
      let response: IncomingMessage
      try {
        response = await ask({ method: 'GET', path, signal })
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof ConfigError) throw error
        throw unreachable(place, error)
      }
      if (response.statusCode === 200) return response
      throw refusal(place, response.statusCode ?? 0, messageIn(await jsonOf(response, place)))
    },
  }
}
