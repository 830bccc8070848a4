import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on loopback that breaks on command, as networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** How many clients are connected now. */
  readonly connections: number
  /** Forwards nothing more, in either direction, and closes nothing: half-open, as when a cable is pulled. */
  stall(): void
  /** What was held back goes on its way. */
  resume(): void
  /** Hands on what arrives in pieces of at most so many bytes; null: as it came. */
  slice(bytes: number | null): void
  /** Hands everything on so much later. */
  delay(ms: number): void
  /** Ends every connection with a reset. */
  reset(): void
  /** Resets whoever connects from now on, until `accept`. */
  refuse(): void
  accept(): void
}

export async function startTcpProxy(to: { port: number; host?: string }): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let clients = 0
  let stalled: PromiseWithResolvers<void> | null = null
  let isRefusing = false
  let sliceBytes: number | null = null
  let delayMs = 0

  const forward = async (from: Socket, into: Socket): Promise<void> => {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
        await stalled?.promise
        const step = sliceBytes ?? chunk.length
        for (let at = 0; at < chunk.length; at += step) {
          if (!into.write(chunk.subarray(at, at + step))) await once(into, 'drain')
          if (sliceBytes !== null) await new Promise(setImmediate)
        }
      }
      await stalled?.promise
      into.end()
    } catch {
      // One side was reset: so is the other.
      into.resetAndDestroy()
    }
  }
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client)
    if (isRefusing) {
      client.resetAndDestroy()
      return
    }
    clients += 1
    client.once('close', () => (clients -= 1))
    const upstream = connect({ port: to.port, host: to.host ?? '127.0.0.1', allowHalfOpen: true })
    keep(upstream)
    void forward(client, upstream)
    void forward(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const resume = (): void => {
    stalled?.resolve()
    stalled = null
  }
  const resetAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return clients
    },
    stall() {
      stalled ??= Promise.withResolvers()
    },
    resume,
    slice(bytes) {
      sliceBytes = bytes
    },
    delay(ms) {
      delayMs = ms
    },
    reset: resetAll,
    refuse() {
      isRefusing = true
    },
    accept() {
      isRefusing = false
    },
    async [Symbol.asyncDispose]() {
      resume()
      const closed = once(server.close(), 'close')
      resetAll()
      await closed
    },
  }
}
