import type { Match, Unit } from '../providers/directory.ts'
import type { TurnTrace } from './turn-trace.ts'

/** A human takes over. `sorry`: because of a fault of ours. */
export type HandOver = { type: 'hand-over'; why: string; sorry?: true }

export const noVoice: HandOver = { type: 'hand-over', why: 'there is no voice', sorry: true }

/** Where the conversation at the gate led to. */
export type Destination =
  /** `trace` waits for the first thing that the visitor hears of it. */
  | { type: 'unit'; unit: Unit; trace: TurnTrace | null }
  | HandOver
  | { type: 'nobody' }
  | { type: 'not-found' }
  /** The dialogue ended it, with words of its own. */
  | { type: 'goodbye' }

/** What is known of a conversation between two turns. */
export type Progress = {
  match: Match
  /** What was really heard of the last reply. */
  played: string
  /** What the visitor was asked last: said again to a silent one. */
  question: readonly string[]
  silences: number
  unheard: number
  misses: number
  /** Turns in a row that nobody could reply to. */
  failures: number
}
