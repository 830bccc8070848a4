import type { CallInfo } from './call-info.ts'

/** Rings the resident. The resident's leg then connects to the ramal's return port with the call's UUID. */
export interface Dialer {
  /** `nothing`: it cannot tell how the call goes (AMQP), so core's ring time rules. */
  readonly reports: 'progress' | 'nothing'
  /** Ends after the first `ended`; an abort cancels, and the iterable settles when cancelled. */
  dial(o: {
    attemptId: string
    callId: string
    number: string
    returnAddress: string
    ringMs: number
    signal: AbortSignal
  }): AsyncIterable<Ringing>
}

export type Ringing =
  | { type: 'accepted' | 'ringing' | 'answered' }
  | {
      type: 'ended'
      cause: 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'cancelled' | 'refused' | 'lost'
    }

/** Moves the visitor to a human. `let-go`: the leg was ended and the dialplan goes on. */
export interface HandOver {
  transfer(call: CallInfo, o: { to: string; signal: AbortSignal }): Promise<'moved' | 'let-go'>
}
