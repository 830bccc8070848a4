import type { CallInfo } from './call-info.ts'
import type { Match } from './directory.ts'

/** Talks to the visitor until the facts are ready. It never authorises anything. */
export interface Dialogue {
  /** True only if an aborted reply leaves no trace. */
  readonly speculative: boolean
  /** Fixed sentences that it may say, so that they can be synthesised before a call. */
  phrases?(language: string): readonly string[]
  /** `signal` lasts as long as the conversation: it aborts when the call ends. */
  open(
    call: CallInfo,
    o: { history: readonly Said[]; facts: Facts; signal: AbortSignal },
  ): Promise<Conversation>
}

export interface Conversation extends AsyncDisposable {
  reply(turn: Turn, o: { signal: AbortSignal }): AsyncIterable<Reply>
  /** The provider at work; core's wrappers tell. */
  readonly by?: string | undefined
}

/** What core knows when the visitor's turn ended. `played` is what was really heard of the last reply. */
export type Turn = { facts: Facts; match: Match; played: string } & (
  | { type: 'said'; text: string; confidence?: number }
  | { type: 'digits'; digits: string }
  | { type: 'silence'; times: number }
)

export type Reply =
  | { type: 'say'; text: string }
  | { type: 'facts'; change: Partial<Facts>; ready: boolean }
  | { type: 'hand-over'; why: string }
  | { type: 'hangup' }

/** What is known about a visit; null is unknown, or withdrawn. */
export type Facts = Record<
  'intentType' | 'visitorName' | 'residentName' | 'unit' | 'block',
  string | null
>

export const noFacts: Facts = {
  intentType: null,
  visitorName: null,
  residentName: null,
  unit: null,
  block: null,
}

export type Said = { by: 'visitor' | 'resident' | 'portaria'; text: string }
