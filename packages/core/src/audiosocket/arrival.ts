import type { Socket } from 'node:net'
import type { Pacer } from '../audio/pacer.ts'
import { isProtocolError, messageOf, ProtocolError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Admission } from './admission.ts'
import {
  type AudioSocketConnection,
  createConnection,
  type Peer,
  type SocketEvents,
} from './connection.ts'
import { createFrameReader, type PayloadSpace } from './frame-reader.ts'
import type { IntakeFactory } from './intake.ts'
import { kinds } from './kinds.ts'
import type { Playout } from './playout.ts'
import type { RareLog } from './rare-log.ts'
import type { SendQueueWatch } from './send-queue-watch.ts'
import { formatUuid } from './uuid.ts'

export type ArrivalOptions = {
  readonly peer: Peer
  readonly admission: Admission
  readonly pacer: Pacer
  readonly space: PayloadSpace
  readonly createIntake: IntakeFactory
  readonly playout: Playout
  readonly sendQueues: SendQueueWatch
  readonly log: Log
  readonly rareLog: RareLog
  readonly uuidTimeoutMs: number
  onConnection(connection: AudioSocketConnection): void
  /** The socket is closed. */
  onGone(connection: AudioSocketConnection | null): void
}

/**
 * Takes an accepted socket from its first byte to its close. Until the UUID has come, nothing is sent and any
 * fault closes it; then the connection's own events take over.
 */
export function receiveArrival(socket: Socket, o: ArrivalOptions): void {
  const { peer, log } = o
  const fields = { peer: peer.text, port: socket.localPort }
  let connection: AudioSocketConnection | null = null
  const leaveAdmission = o.admission.enter(peer.address, () => {
    const reason = 'too many connections without a UUID'
    o.rareLog.warn(
      `evict ${peer.address}`,
      { ...fields, reason },
      `AudioSocket: reset ${peer.text}: ${reason}`,
    )
    settle()
    socket.resetAndDestroy()
  })
  const timer = setTimeout(() => refuse(`no UUID in ${o.uuidTimeoutMs} ms`), o.uuidTimeoutMs)

  function settle(): void {
    clearTimeout(timer)
    leaveAdmission()
  }

  function refuse(reason: string): void {
    log.warn({ ...fields, reason }, `AudioSocket: closed ${peer.text}: ${reason}`)
    settle()
    socket.destroy()
  }

  function onFirstMessage(kind: number, payload: Uint8Array): void {
    if (socket.destroyed) return
    if (kind !== kinds.uuid) {
      throw new ProtocolError(`the first message is of kind 0x${kind.toString(16)}, not a UUID`)
    }
    settle()
    const made = createConnection({
      socket,
      uuid: formatUuid(payload),
      peer,
      pacer: o.pacer,
      intake: o.createIntake(),
      playout: o.playout,
      sendQueues: o.sendQueues,
      log,
    })
    events = made.events
    connection = made.connection
    o.onConnection(connection)
    made.ensureTaken()
  }

  let events: SocketEvents = {
    onMessage: onFirstMessage,
    onEnd(inMessage) {
      if (inMessage) refuse('it ended in the middle of its first message')
      else log.debug(fields, `AudioSocket: ${peer.text} went without a UUID (not answered)`)
      socket.destroy()
    },
    onFault(error) {
      if (isProtocolError(error)) refuse(error.message)
      else {
        log.error({ ...fields, err: error }, `AudioSocket: ${peer.text}: ${messageOf(error)}`)
        socket.resetAndDestroy()
      }
    },
    onError(error) {
      log.info(fields, `AudioSocket: ${peer.text} went without a UUID: ${error.message}`)
    },
    onClose: settle,
  }

  const reader = createFrameReader({
    onMessage: (kind, payload) => events.onMessage(kind, payload),
    space: o.space,
  })
  socket.on('data', (chunk: Uint8Array) => {
    try {
      reader.push(chunk)
    } catch (error) {
      events.onFault(error)
    }
    o.pacer.poke?.()
  })
  socket.on('end', () => events.onEnd(reader.inMessage))
  socket.on('error', (error) => events.onError(error))
  socket.on('close', () => {
    events.onClose()
    o.onGone(connection)
  })
}
