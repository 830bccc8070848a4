import type { FrameSink, FrameSource, Rate } from '../audio/frames.ts'

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
