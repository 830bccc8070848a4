import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, Waits } from '@portaria/core/plugin'
import { checkHost, createAgents, type Resolve } from './agents.ts'
import {
  codeOf,
  connectionFailure,
  lastingFailure,
  passingFailure,
  shownUrl,
  statusFailure,
} from './failures.ts'
import type { Reach } from './public-address.ts'

/** A server to ask. `secrets`: it is the operator's own, so that it may see the operator's headers. */
export type Target = { readonly url: URL; readonly reach: Reach; readonly secrets: boolean }

export interface Client {
  /** The target of a URL that a row gives. Throws a ProviderError where it can be seen that it must not be asked. */
  targetOfRow(address: string): Target
  /**
   * POSTs the text, follows redirects with it, and resolves with a 2xx answer whose body is yet to be read, and where
   * it came from. Only what nobody can have received is sent again. Rejects with a ProviderError.
   */
  post(to: Target, body: string, waits: Waits): Promise<{ from: URL; answer: IncomingMessage }>
  close(): void
}

export type ClientOptions = {
  readonly headers: Readonly<Record<string, string>>
  readonly redirects: readonly string[]
  readonly privateOrigins: readonly string[]
  readonly log: Log
  /** How names are resolved. Default: as the system does. */
  readonly resolve?: Resolve
}

const mostRedirects = 5
/** A server that is just being restarted listens again soon. */
const retryAfterMs = [150, 500]
/** The first two make a GET of a browser's POST; here the words must arrive. */
const redirecting = new Set([301, 302, 307, 308])

export function createClient(o: ClientOptions): Client {
  const agents = createAgents(o.resolve)
  const told = new Set<string>()

  const reachOf = (url: URL): Reach =>
    o.privateOrigins.includes(url.origin) ? 'private' : 'public'

  function send(to: Target, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    checkHost(to.url, to.reach)
    const request = to.url.protocol === 'https:' ? requestHttps : requestHttp
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sending = request(to.url, {
      method: 'POST',
      agent: agents.for(to.url, to.reach),
      signal,
      headers: {
        accept: 'application/x-ndjson, text/event-stream, application/json;q=0.9, */*;q=0.1',
        'accept-encoding': 'identity',
        ...(to.secrets ? o.headers : {}),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
    sending.on('error', reject)
    sending.on('response', resolve)
    sending.end(body)
    return promise
  }

  async function sendAgain(to: Target, body: string, waits: Waits): Promise<IncomingMessage> {
    for (const waitMs of [...retryAfterMs, null]) {
      try {
        return await waits.wait(send(to, body, waits.signal))
      } catch (error) {
        waits.signal.throwIfAborted()
        // Refused means that there was no connection: nothing can have been received.
        if (waitMs === null || codeOf(error) !== 'ECONNREFUSED') {
          throw connectionFailure(to.url, error)
        }
        await waits.wait(sleep(waitMs, undefined, { signal: waits.signal }))
      }
    }
    throw new RangeError('there is always a last attempt')
  }

  function redirected(from: Target, location: string | undefined): Target {
    if (location === undefined || !URL.canParse(location, from.url.href)) {
      throw passingFailure(`${shownUrl(from.url)} redirects nowhere`)
    }
    const url = new URL(location, from.url)
    if (url.origin === from.url.origin) {
      // A relative Location drops the URL's own login.
      if (url.username === '') Object.assign(url, loginOf(from.url))
      return { ...from, url }
    }
    if (!o.redirects.includes(url.origin) || !/^https?:$/u.test(url.protocol)) {
      throw lastingFailure(
        `${shownUrl(from.url)} redirects to ${url.origin}: set its address to where it leads, or list that in plugins.ai-http.redirects`,
      )
    }
    return { url, reach: reachOf(url), secrets: false }
  }

  function tellDetour(from: URL, to: URL): void {
    const [first, last] = [shownUrl(from), shownUrl(to)]
    if (told.has(first) || told.size > 100) return
    told.add(first)
    o.log.warn({ from: first, to: last }, 'the AI redirects each turn: give the last address')
  }

  return {
    targetOfRow(address) {
      const wrong = 'the ai_url of its condomínio is no http(s) address: mend the row'
      if (!URL.canParse(address)) throw lastingFailure(wrong)
      const url = new URL(address)
      if (!/^https?:$/u.test(url.protocol)) throw lastingFailure(wrong)
      const reach = reachOf(url)
      checkHost(url, reach)
      return { url, reach, secrets: false }
    },
    async post(to, body, waits) {
      let target = to
      for (let hop = 0; hop <= mostRedirects; hop++) {
        const answer = await sendAgain(target, body, waits)
        const { statusCode = 0 } = answer
        if (statusCode >= 200 && statusCode < 300) {
          if (hop > 0) tellDetour(to.url, target.url)
          return { from: target.url, answer }
        }
        // Nobody reads it: it may be endless.
        answer.destroy()
        if (!redirecting.has(statusCode)) throw statusFailure(target.url, statusCode)
        target = redirected(target, answer.headers.location)
      }
      throw passingFailure(`${shownUrl(to.url)} redirects more than ${mostRedirects} times`)
    },
    close: () => agents.close(),
  }
}

function loginOf({ username, password }: URL): Pick<URL, 'username' | 'password'> {
  return { username, password }
}
