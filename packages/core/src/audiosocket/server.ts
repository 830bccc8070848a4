import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Pacer } from '../audio/pacer.ts'
import type { Log } from '../log.ts'
import { type Admission, type AllowList, plainAddress } from './admission.ts'
import { receiveArrival } from './arrival.ts'
import type { AudioSocketConnection, Peer } from './connection.ts'
import { createPayloadSpace, type PayloadSpace } from './frame-reader.ts'
import { createIntakeFactory, type IntakeFactory } from './intake.ts'
import { createPlayout, type Playout } from './playout.ts'
import { createRareLog, type RareLog } from './rare-log.ts'
import { createSendQueueWatch, type SendQueueWatch } from './send-queue-watch.ts'

/** What is used and given back within one frame: servers that share it cost no 64 KB each. */
export type FrameMemory = {
  readonly space: PayloadSpace
  readonly createIntake: IntakeFactory
  readonly playout: Playout
}

export function createFrameMemory(): FrameMemory {
  return {
    space: createPayloadSpace(),
    createIntake: createIntakeFactory(),
    playout: createPlayout(),
  }
}

export type AudioSocketServerOptions = {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** null: everybody who can reach the port. */
  readonly allow: AllowList | null
  readonly admission: Admission
  readonly pacer: Pacer
  /** Called when the UUID has arrived: attaches a handler, or hangs up or resets to refuse. */
  onConnection(connection: AudioSocketConnection): void
  readonly log: Log
  /** How long a connection may take to show its UUID. Default 2000. */
  readonly uuidTimeoutMs?: number
  /** Notices peers that take no more audio. One for all servers of a daemon; default: the server's own. */
  readonly sendQueues?: SendQueueWatch
  /** One for all servers of a daemon; default: the server's own. */
  readonly memory?: FrameMemory
}

export interface AudioSocketServer extends AsyncDisposable {
  readonly host: string
  /** The port that is listened on, also when 0 was asked for. */
  readonly port: number
  /** Connections that have shown a UUID and are not over. */
  readonly connections: number
  isListening(): boolean
  /** Accepts no more; connections go on. */
  stopListening(): Promise<void>
  /** Resolves when it does not listen any more and every connection is over. */
  readonly over: Promise<void>
}

/** As many as the kernel allows (`net.core.somaxconn`) may wait to be accepted. */
const backlog = 4_096

/** Listens; rejects with the system's error (`EADDRINUSE` ...) when it cannot. Disposing resets what is still connected. */
export async function startAudioSocketServer(
  o: AudioSocketServerOptions,
): Promise<AudioSocketServer> {
  const { host, log } = o
  const rareLog = createRareLog({ log })
  const sendQueues = o.sendQueues ?? createSendQueueWatch({ log })
  const sockets = new Set<Socket>()
  const live = new Set<AudioSocketConnection>()
  const shared = {
    ...(o.memory ?? createFrameMemory()),
    admission: o.admission,
    pacer: o.pacer,
    sendQueues,
    log,
    rareLog,
    uuidTimeoutMs: o.uuidTimeoutMs ?? 2_000,
    onConnection(connection: AudioSocketConnection) {
      live.add(connection)
      o.onConnection(connection)
    },
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const peer = admit(socket, { allow: o.allow, log, rareLog })
    if (peer === null) return
    sockets.add(socket)
    receiveArrival(socket, {
      ...shared,
      peer,
      onGone(connection) {
        sockets.delete(socket)
        if (connection !== null) live.delete(connection)
      },
    })
  })
  const port = await listen(server, { host, port: o.port })
  const over = new Promise<void>((resolve) => server.once('close', () => resolve()))
  server.on('error', (error) => {
    const text = `AudioSocket: cannot accept on ${host}:${port}: ${error.message}`
    rareLog.warn('accept', { port, err: error }, text)
  })

  return {
    host,
    port,
    get connections() {
      return live.size
    },
    isListening: () => server.listening,
    stopListening: () => closeListener(server),
    over,
    async [Symbol.asyncDispose]() {
      await closeListener(server)
      const closing = [...sockets].map((socket) => once(socket, 'close'))
      for (const connection of live) connection.reset()
      for (const socket of sockets) socket.resetAndDestroy()
      await Promise.all(closing)
      if (o.sendQueues === undefined) sendQueues[Symbol.dispose]()
    },
  }
}

/** null: the socket is refused before a byte is read. RST, so that a dialplan rings a human. */
function admit(
  socket: Socket,
  o: { allow: AllowList | null; log: Log; rareLog: RareLog },
): Peer | null {
  const address = plainAddress(socket.remoteAddress ?? '')
  const port = socket.remotePort ?? 0
  const text = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  if (address !== '' && (o.allow === null || o.allow.allows(address)))
    return { text, address, port }
  const fields = { peer: text, port: socket.localPort, reason: 'not allowed' }
  socket.on('error', (error) => o.log.debug(fields, `AudioSocket: ${text}: ${error.message}`))
  if (address !== '') {
    o.rareLog.warn(
      `allow ${address}`,
      fields,
      `AudioSocket: reset ${text}: its address is not in the list of those that may connect (allow)`,
    )
  }
  socket.resetAndDestroy()
  return null
}

async function listen(server: Server, o: { host: string; port: number }): Promise<number> {
  server.listen({ host: o.host, port: o.port, backlog })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : o.port
}

/** `close` would wait for every connection; the port is free as soon as the listening socket is closed. */
async function closeListener(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  await new Promise<void>((resolve) => setImmediate(resolve))
}
