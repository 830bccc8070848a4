import type { Language } from '../language.ts'
import {
  type AnswerAction,
  type AnswerEvent,
  type AnswerState,
  type AnswerStep,
  endpointSilenceMs,
  type Evidence,
  type HeardTurn,
  maxExplanations,
  maxRepeats,
  minYesConfidence,
  onsetNoticeMs,
  replyTimeoutMs,
  transcriptTimeoutMs,
  yesHoldMs,
} from './answer-state.ts'
import { classify } from './classify.ts'

export type {
  AnswerAction,
  AnswerEvent,
  AnswerState,
  AnswerStep,
  Evidence,
} from './answer-state.ts'

const nothing: Evidence = { by: 'timeout', words: null }

export function openQuestion(o: { language: Language }): AnswerState {
  return {
    language: o.language,
    closed: false,
    question: 'idle',
    startedAtMs: Infinity,
    endedAtMs: Infinity,
    unclear: 0,
    explained: 0,
    speaking: [],
    heard: [],
    quietUntilMs: -Infinity,
  }
}

/**
 * What one event means for the question to the resident. Pure: no timer, no clock but `atMs`.
 *
 * A yes counts only when voice was heard, its onset follows a question played to its end, all that was
 * said since then means yes together, and `yesHoldMs` of silence beyond the endpointer's passed. A no
 * counts at once, whenever it is said. After `authorize`, `deny` or `give-up` the state is closed: every
 * further event is answered with `wait`.
 */
export function answer(state: AnswerState, event: AnswerEvent): AnswerStep {
  if (state.closed) return { state, action: 'wait', wakeAtMs: null, evidence: nothing }
  switch (event.type) {
    case 'question-started':
      return wait({
        ...state,
        question: 'playing',
        startedAtMs: event.atMs,
        endedAtMs: Infinity,
        heard: [],
      })
    case 'question-ended':
      if (state.question !== 'playing') return wait(state)
      return wait({
        ...state,
        question: event.complete ? 'ended' : 'cut',
        endedAtMs: event.atMs,
      })
    case 'digit':
      return onDigit(state, event.digit)
    case 'onset':
      return wait({ ...state, speaking: [...state.speaking, event.atMs] })
    case 'false-start':
      return onFalseStart(state, event.atMs)
    case 'said':
      return onSaid(state, event)
    case 'tick':
      return onTick(state, event.atMs)
  }
}

function onDigit(state: AnswerState, digit: string): AnswerStep {
  const evidence: Evidence = { by: 'keypad', words: digit }
  if (digit === '1') return close(state, 'authorize', evidence)
  if (digit === '2') return close(state, 'deny', evidence)
  return state.question === 'idle' ? wait(state) : unclear(state, evidence)
}

/** The silence that a yes needs begins again: something made a noise in it. */
function onFalseStart(state: AnswerState, atMs: number): AnswerStep {
  return settle(
    {
      ...state,
      speaking: state.speaking.slice(0, -1),
      quietUntilMs: atMs + yesHoldMs + onsetNoticeMs,
    },
    atMs,
  )
}

function onSaid(before: AnswerState, event: AnswerEvent & { type: 'said' }): AnswerStep {
  const onset = nearest(before.speaking, event.onsetMs)
  const state = { ...before, speaking: without(before.speaking, onset) }
  const evidence: Evidence = { by: 'speech', words: event.text }
  if (classify(event.text, state.language) === 'deny') return close(state, 'deny', evidence)

  // Said before this question began: the question that is playing, or about to, is the answer to it.
  const onsetMs = Math.min(event.onsetMs, onset ?? event.onsetMs)
  if (state.question === 'idle' || onsetMs < state.startedAtMs) return settle(state, event.atMs)

  const turn: HeardTurn = {
    text: event.text,
    onsetMs,
    endMs: Math.max(event.endMs, event.onsetMs, onset ?? event.onsetMs),
    sound:
      onset !== undefined &&
      state.question === 'ended' &&
      onsetMs >= state.endedAtMs &&
      (event.confidence ?? 1) >= minYesConfidence &&
      event.text.trim() !== '',
  }
  const heard = [...state.heard, turn].toSorted((a, b) => a.onsetMs - b.onsetMs)
  return settle({ ...state, heard }, event.atMs)
}

function onTick(state: AnswerState, atMs: number): AnswerStep {
  const speaking = state.speaking.filter((onset) => atMs < onset + transcriptTimeoutMs)
  const lost = state.speaking.some(
    (onset) => !speaking.includes(onset) && onset >= state.startedAtMs,
  )
  if (!lost) return settle({ ...state, speaking }, atMs)
  return unclear({ ...state, speaking }, { by: 'speech', words: wordsOf(state) || null })
}

/** Acts on what is known at `atMs`, unless somebody is still speaking or being understood. */
function settle(state: AnswerState, atMs: number): AnswerStep {
  if (state.heard.length === 0) return onSilence(state, atMs)
  const words = wordsOf(state)
  const evidence: Evidence = { by: 'speech', words: words || null }
  const verdict = classify(words, state.language)
  if (verdict === 'deny') return close(state, 'deny', evidence)
  if (state.speaking.length > 0) return wait(state)
  if (verdict === 'ask') return explain(state, evidence)
  if (verdict !== 'authorize' || !state.heard.every((turn) => turn.sound)) {
    return unclear(state, evidence)
  }
  return atMs >= yesCountsAtMs(state) ? close(state, 'authorize', evidence) : wait(state)
}

function onSilence(state: AnswerState, atMs: number): AnswerStep {
  if (state.question === 'idle' || state.speaking.length > 0) return wait(state)
  return atMs >= state.endedAtMs + replyTimeoutMs ? unclear(state, nothing) : wait(state)
}

function explain(state: AnswerState, evidence: Evidence): AnswerStep {
  if (state.explained >= maxExplanations) return unclear(state, evidence)
  const next = { ...idle(state), explained: state.explained + 1 }
  return { state: next, action: 'explain', wakeAtMs: null, evidence }
}

function unclear(state: AnswerState, evidence: Evidence): AnswerStep {
  if (state.unclear >= maxRepeats) return close(state, 'give-up', evidence)
  const next = { ...idle(state), unclear: state.unclear + 1 }
  return { state: next, action: 'repeat', wakeAtMs: null, evidence }
}

/** Between an action and the question that follows it, only a no or a key is an answer. */
function idle(state: AnswerState): AnswerState {
  return { ...state, question: 'idle', startedAtMs: Infinity, endedAtMs: Infinity, heard: [] }
}

function close(state: AnswerState, action: AnswerAction, evidence: Evidence): AnswerStep {
  return { state: { ...idle(state), closed: true }, action, wakeAtMs: null, evidence }
}

function wait(state: AnswerState): AnswerStep {
  return { state, action: 'wait', wakeAtMs: wakeAtMs(state), evidence: nothing }
}

function wakeAtMs(state: AnswerState): number | null {
  const [oldest] = state.speaking
  if (state.question === 'idle') return null
  if (oldest !== undefined) return oldest + transcriptTimeoutMs
  if (state.heard.length > 0) return yesCountsAtMs(state)
  return Number.isFinite(state.endedAtMs) ? state.endedAtMs + replyTimeoutMs : null
}

function yesCountsAtMs(state: AnswerState): number {
  const lastVoiceMs = Math.max(...state.heard.map((turn) => turn.endMs))
  return Math.max(lastVoiceMs + endpointSilenceMs + yesHoldMs + onsetNoticeMs, state.quietUntilMs)
}

/** The dots keep two turns apart: "pode" and "não" are no "pode não", but no yes either. */
function wordsOf(state: AnswerState): string {
  return state.heard
    .map((turn) => turn.text.trim())
    .filter((text) => text !== '')
    .join('... ')
}

function nearest(onsets: readonly number[], atMs: number): number | undefined {
  return onsets.toSorted((a, b) => Math.abs(a - atMs) - Math.abs(b - atMs))[0]
}

function without(onsets: readonly number[], onset: number | undefined): readonly number[] {
  const index = onset === undefined ? -1 : onsets.indexOf(onset)
  return index < 0 ? onsets : onsets.toSpliced(index, 1)
}
