import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/**
 * What PgBouncer in transaction mode is to a client that listens: statements are answered, notifications are lost, and
 * time-outs in the start-up message are refused. Speaks no TLS.
 */
export async function startDeafPooler(
  serverPort: number,
): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  }
  const server = createServer((client) => {
    keep(client)
    client.once('data', (startup: Buffer) => {
      if (startup.includes('statement_timeout')) {
        client.end(unsupportedParameter)
        return
      }
      const upstream = connect(serverPort, '127.0.0.1')
      keep(upstream)
      upstream.write(startup)
      client.pipe(upstream)
      const forward = withoutNotifications((message) => client.write(message))
      upstream.on('data', forward)
      upstream.on('close', () => client.destroy())
      client.on('close', () => upstream.destroy())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server.close(), 'close')
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Byte 1: the kind, `A` for a NotificationResponse; 4 bytes: the length, itself included. */
function withoutNotifications(write: (message: Buffer) => void): (chunk: Buffer) => void {
  let left = Buffer.alloc(0)
  return (chunk) => {
    left = Buffer.concat([left, chunk])
    while (left.length >= 5 && left.length > left.readUInt32BE(1)) {
      const end = 1 + left.readUInt32BE(1)
      if (left[0] !== 0x41) write(left.subarray(0, end))
      left = left.subarray(end)
    }
  }
}

const unsupportedParameter = errorResponse({
  S: 'FATAL',
  V: 'FATAL',
  C: '08P01',
  M: 'unsupported startup parameter: statement_timeout',
})

function errorResponse(fields: Record<string, string>): Buffer {
  const body = Object.entries(fields).map(([kind, text]) => `${kind}${text}\0`)
  const text = Buffer.from(`${body.join('')}\0`)
  const head = Buffer.from([0x45, 0, 0, 0, 0])
  head.writeUInt32BE(text.length + 4, 1)
  return Buffer.concat([head, text])
}
