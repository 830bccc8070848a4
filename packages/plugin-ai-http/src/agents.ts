import { lookup as systemLookup } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { lastingFailure, shownUrl } from './failures.ts'
import { isWithinReach, type Reach } from './public-address.ts'

/** Resolves a name to every address that it has. */
export type Resolve = typeof systemLookup

/** uvicorn, which many of these servers run on, closes what is idle for 5 s: a request must not meet that. */
const idleMs = 4_000

const refused = (what: string) =>
  lastingFailure(
    `${what} is not a public address, and a row or a redirect named it: mend that, or list its origin in plugins.ai-http.privateOrigins`,
  )

/** Throws a ProviderError where the address is written in the URL itself: then no name is resolved. */
export function checkHost(url: URL, reach: Reach): void {
  const host = url.hostname.replace(/^\[|\]$/gu, '')
  if (isIP(host) !== 0 && !isWithinReach(host, reach)) throw refused(shownUrl(url))
}

/**
 * Judges the very addresses that the socket then connects to, so that a name which resolves otherwise the next time
 * gains nothing. One forbidden address among several is enough.
 */
function guarded(reach: Reach, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every((each) => isWithinReach(each.address, reach))) {
        return callback(refused(hostname), '')
      }
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** Warm connections, apart for each reach: one that was opened without judgement is not lent to those that need it. */
export interface Agents {
  for(url: URL, reach: Reach): HttpAgent
  close(): void
}

export function createAgents(resolve: Resolve = systemLookup): Agents {
  const pair = (reach: Reach) => {
    const options = { keepAlive: true, timeout: idleMs, lookup: guarded(reach, resolve) }
    return { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }
  }
  const agents = { any: pair('any'), private: pair('private'), public: pair('public') }
  return {
    for: (url, reach) => agents[reach][url.protocol === 'https:' ? 'https:' : 'http:'],
    close() {
      for (const each of Object.values(agents)) {
        each['http:'].destroy()
        each['https:'].destroy()
      }
    },
  }
}
