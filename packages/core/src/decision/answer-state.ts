import type { Language } from '../language.ts'

/** Silence after the last voice with which the endpointer ends a turn in a yes/no question. */
export const endpointSilenceMs = 350
/** Silence beyond that for which a spoken yes is held, so that "pode... não" is heard whole. */
export const yesHoldMs = 800
/** An onset is noticed this late at most, so what begins at the end of the silence is waited for. */
export const onsetNoticeMs = 150
/** No reply for this long after the question ended counts as one unclear answer. */
export const replyTimeoutMs = 8_000
/** A voice that is neither transcribed nor called off for this long counts as one unclear answer. */
export const transcriptTimeoutMs = 12_000
/** The question is asked again this often; the next unclear answer gives up. */
export const maxRepeats = 2
/** "Who is it?" is answered this often before it counts as unclear. */
export const maxExplanations = 3
/** A yes that the recogniser believes in less than this is unclear. */
export const minYesConfidence = 0.5

/** A turn whose text is known. `sound`: voice was heard, after a whole question, and well understood. */
export type HeardTurn = {
  readonly text: string
  readonly onsetMs: number
  readonly endMs: number
  readonly sound: boolean
}

/**
 * The resident's side of one question. Immutable; times are milliseconds of the monotonic clock.
 *
 * `idle`: no question is in the air (before the first, and between an action and the next question).
 * `playing`: it is being played. `ended`: it was played to its end. `cut`: the resident spoke over it.
 */
export type AnswerState = {
  readonly language: Language
  readonly closed: boolean
  readonly question: 'idle' | 'playing' | 'ended' | 'cut'
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly unclear: number
  readonly explained: number
  /** Onsets whose text is not known yet. */
  readonly speaking: readonly number[]
  /** Texts since the question, oldest first; what they say together is what counts. */
  readonly heard: readonly HeardTurn[]
  /** A yes waits at least until then. */
  readonly quietUntilMs: number
}

/**
 * What happens on the resident's leg. Each `onset` is followed by exactly one `said` or `false-start`.
 */
export type AnswerEvent =
  /** A question begins to play, for the first time or again; unclear counts stay. */
  | { type: 'question-started'; atMs: number }
  /** Its last frame was played; `complete: false` when the resident's voice interrupted it. */
  | { type: 'question-ended'; atMs: number; complete: boolean }
  | { type: 'digit'; digit: string }
  | { type: 'onset'; atMs: number }
  /** What began was no speech. */
  | { type: 'false-start'; atMs: number }
  /**
   * The final transcript of one turn; '' is a voice of which nothing was understood. May come late,
   * even after a later onset. `endMs` is the last voice of the turn.
   */
  | {
      type: 'said'
      text: string
      confidence?: number
      onsetMs: number
      endMs: number
      atMs: number
    }
  /** The clock, at `wakeAtMs` or later. */
  | { type: 'tick'; atMs: number }

export type AnswerAction =
  | 'wait'
  | 'authorize'
  | 'deny'
  /** Say who is at the door, then ask again. */
  | 'explain'
  /** Ask again. */
  | 'repeat'
  /** Asked again often enough: denied. */
  | 'give-up'

export type Evidence = {
  readonly by: 'speech' | 'keypad' | 'timeout'
  readonly words: string | null
}

export type AnswerStep = {
  readonly state: AnswerState
  readonly action: AnswerAction
  /** Send a `tick` then; null when only an event can change anything. Replaces the one before. */
  readonly wakeAtMs: number | null
  readonly evidence: Evidence
}
