import type { Socket } from 'node:net'
import type { FrameSink, FrameSource, Rate } from '../audio/frames.ts'
import type { Pacer } from '../audio/pacer.ts'
import { type Clock, monotonic } from '../clock.ts'
import { isProtocolError, messageOf, ProtocolError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Intake } from './intake.ts'
import { type AudioKind, isAudioKind, kinds } from './kinds.ts'
import { digitOf, encodeMessage } from './messages.ts'
import type { Playout } from './playout.ts'
import type { SendQueueWatch } from './send-queue-watch.ts'

/** Why a connection is over: the peer went, we hung up, we reset, it broke the protocol, it stopped taking audio. */
export type CloseReason = 'peer-hangup' | 'hangup' | 'reset' | 'protocol' | 'stalled'

/** What the call layer hangs on a connection. Called synchronously, one after another. */
export interface ConnectionHandler {
  /** What the peer says, at the connection's rate, in any length; borrowed until return. */
  readonly sink: FrameSink
  /** Pulled once every 20 ms, also when it has nothing to say: 0 samples are sent as a frame of zeros. */
  readonly source: FrameSource
  /** One of `0-9 * # A-D`. */
  onDigit(digit: string): void
  /** At most once: the first audio showed a wide-band peer. From now on both directions run at `rate`. */
  onRate?(rate: Rate): void
  /** Once, and the last call of all. */
  onClosed(reason: CloseReason): void
}

/** One leg that Asterisk has opened and whose UUID has arrived. */
export interface AudioSocketConnection {
  /** Lower case with hyphens. */
  readonly uuid: string
  /** `127.0.0.1:50412` */
  readonly peer: string
  readonly localPort: number
  /** 8000 until the first audio of kind 0x12 or wider shows 16000. */
  readonly rate: Rate
  /** On the monotonic clock. */
  readonly openedMs: number
  /** True as soon as nothing more is heard or played. */
  readonly closed: boolean
  /** Taken once, synchronously in `onConnection`; audio before it is dropped. */
  attach(handler: ConnectionHandler): void
  /** Ends cleanly: stops playing, writes 0x00, FIN; closed by force when the peer has not closed in a second. */
  hangup(): void
  /** RST: Asterisk's `TryExec` sees FAILED and its dialplan rings a human. */
  reset(): void
}

/** What the socket's owner tells a connection. */
export interface SocketEvents {
  /** May throw ProtocolError. */
  onMessage(kind: number, payload: Uint8Array): void
  onEnd(inMessage: boolean): void
  /** Something that was thrown while a message was handled. */
  onFault(error: unknown): void
  onError(error: Error): void
  onClose(): void
}

export type Peer = { readonly text: string; readonly address: string; readonly port: number }

export type ConnectionOptions = {
  readonly socket: Socket
  readonly uuid: string
  readonly peer: Peer
  readonly pacer: Pacer
  readonly intake: Intake
  readonly playout: Playout
  readonly sendQueues: SendQueueWatch
  readonly log: Log
  readonly clock?: Clock
}

const hangupMessage = encodeMessage(kinds.hangup)
const closeTimeoutMs = 1_000
const stalledAfterMs = 5_000

/** The state of a leg from its UUID to the socket's close. `leaving` is set once; after it nothing is heard or played. */
export function createConnection(o: ConnectionOptions): {
  connection: AudioSocketConnection
  events: SocketEvents
  /** To be called when `onConnection` has returned: nobody took the connection, so it is reset. */
  ensureTaken(): void
} {
  const { socket, intake, peer, playout } = o
  const clock = o.clock ?? monotonic
  const localPort = socket.localPort ?? 0
  const log = o.log.child({ call_id: o.uuid, peer: peer.text, port: localPort })
  let blockedSinceMs: number | null = null
  let handler: ConnectionHandler | null = null
  let leaving: CloseReason | null = null
  let rate: Rate = 8000
  let force: NodeJS.Timeout | undefined
  const stops: (() => void)[] = []

  function leave(reason: CloseReason, close: () => void): void {
    if (leaving !== null) return
    leaving = reason
    for (const stop of stops.splice(0)) stop()
    close()
  }

  const resetNow = (): void => void socket.resetAndDestroy()

  function endWith(message: Uint8Array | null): void {
    if (message === null) socket.end()
    else socket.end(message)
    // Input is still read and dropped: closing with unread input would be an RST.
    force = setTimeout(() => socket.destroy(), closeTimeoutMs)
  }

  /** What the call layer throws is a bug of ours: only this leg pays, and its dialplan rings a human. */
  function onFault(error: unknown): void {
    if (leaving !== null) return
    if (isProtocolError(error)) {
      log.warn({ reason: error.message }, `AudioSocket: reset ${peer.text}: ${error.message}`)
      leave('protocol', resetNow)
    } else {
      log.error({ err: error }, `AudioSocket: reset ${peer.text}: ${messageOf(error)}`)
      leave('reset', resetNow)
    }
  }

  function stall(why: string): void {
    if (leaving !== null) return
    log.warn({ reason: why }, `AudioSocket: reset ${peer.text}: ${why}`)
    leave('stalled', resetNow)
  }

  function tick(nowMs: number): void {
    if (handler === null) return
    try {
      if (playout.send(socket, handler.source, rate)) blockedSinceMs = null
      else if (nowMs - (blockedSinceMs ??= nowMs) >= stalledAfterMs) {
        stall('it has taken no audio for 5 s')
      }
    } catch (error) {
      onFault(error)
    }
  }

  function hear(kind: AudioKind, payload: Uint8Array): void {
    const pcm = intake.take(kind, payload)
    if (intake.rate !== rate) {
      rate = intake.rate
      handler?.onRate?.(rate)
    }
    if (pcm.length > 0 && leaving === null) handler?.sink.onFrame(pcm)
  }

  function onMessage(kind: number, payload: Uint8Array): void {
    if (leaving !== null) return
    if (isAudioKind(kind)) hear(kind, payload)
    else if (kind === kinds.dtmf) handler?.onDigit(digitIn(payload))
    else if (kind === kinds.hangup) leave('peer-hangup', () => endWith(null))
    else if (kind === kinds.uuid) throw new ProtocolError('a second UUID')
    else throw new ProtocolError(`the peer reports error ${payload[0] ?? '(no code)'}`)
  }

  function onClose(): void {
    clearTimeout(force)
    leave('peer-hangup', () => socket.destroy())
    const reason = leaving ?? 'peer-hangup'
    log.debug({ reason }, 'AudioSocket: leg closed')
    try {
      handler?.onClosed(reason)
    } catch (error) {
      log.error({ err: error }, `AudioSocket: closing ${peer.text}: ${messageOf(error)}`)
    }
  }

  const connection: AudioSocketConnection = {
    uuid: o.uuid,
    peer: peer.text,
    localPort,
    openedMs: clock(),
    get rate() {
      return rate
    },
    get closed() {
      return leaving !== null
    },
    attach(taken) {
      if (handler !== null || leaving !== null) return
      handler = taken
      stops.push(
        o.pacer.add(tick),
        o.sendQueues.add({ localPort, peer, rate: () => rate, onStalled: stall }),
      )
    },
    hangup: () => leave('hangup', () => endWith(hangupMessage)),
    reset: () => leave('reset', resetNow),
  }

  return {
    connection,
    ensureTaken() {
      if (handler === null && leaving === null) onFault(new Error('nobody attached a handler'))
    },
    events: {
      onMessage,
      onFault,
      onClose,
      onEnd(inMessage) {
        if (inMessage && leaving === null) {
          const reason = 'it ended in the middle of a message'
          log.warn({ reason }, `AudioSocket: closed ${peer.text}: ${reason}`)
        }
        leave('peer-hangup', () => socket.destroy())
      },
      onError(error) {
        log.debug({ err: error }, `AudioSocket: ${peer.text}: ${error.message}`)
      },
    },
  }
}

function digitIn(payload: Uint8Array): string {
  const byte = payload[0] ?? 0
  const digit = digitOf(byte)
  if (digit === null) throw new ProtocolError(`0x${byte.toString(16)} is no digit`)
  return digit
}
