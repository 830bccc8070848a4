import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** https://nodejs.org/api/diagnostics_channel.html#http: each request that this process makes. */
const requestStarts = 'http.client.request.start'
/** How long the service may take to say goodbye. */
const goodbyeMs = 1_000

const holders = new AsyncLocalStorage<object>()

/** Knows the connections that are made inside of `run`, so that they can be ended. */
export interface HeldSockets {
  run(work: () => void): void
  /** Ends at once what is still connecting, and a second later what is not closed. */
  release(): void
}

/**
 * The SDK waits for ever for a service that takes a connection and then says nothing, and gives nobody its socket: a
 * connection that is given up would stay open.
 */
export function holdSockets(): HeldSockets {
  const self = {}
  const requests = new Set<ClientRequest>()
  const upgraded = new WeakSet<ClientRequest>()

  const notice = (message: unknown): void => {
    if (holders.getStore() !== self) return
    const { request } = message as { request: ClientRequest }
    requests.add(request)
    request.once('upgrade', () => upgraded.add(request))
    request.once('socket', (socket) => socket.once('close', () => requests.delete(request)))
  }
  subscribe(requestStarts, notice)

  return {
    run: (work) => holders.run(self, work),
    release() {
      for (const request of requests) if (!upgraded.has(request)) request.destroy()
      const end = (): void => {
        unsubscribe(requestStarts, notice)
        for (const request of requests) request.socket?.destroy()
      }
      setTimeout(end, goodbyeMs).unref()
    },
  }
}
