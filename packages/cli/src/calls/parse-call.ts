import type { KeptCall } from '@portaria/core/api/kept-call'
import type { CallView, LegView, TranscriptLine, TurnView } from '@portaria/core/status'
import { isRecord } from '../is-record.ts'

type Row = Readonly<Record<string, unknown>>

/** Of a daemon's answer what is needed to show it; what is not as it should be, as of another version, is left out. */
function listOf<T>(value: unknown, isOne: (one: unknown) => one is T): readonly T[] {
  return Array.isArray(value) ? value.filter(isOne) : []
}

function hasTexts(value: Row, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string')
}

const timings = ['endpoint_ms', 'transcript_ms', 'reply_ms', 'speech_ms', 'audible_ms']
const counts = ['turn', 'fillers', 'false_starts', 'merged']

function isTurn(value: unknown): value is TurnView {
  return (
    isRecord(value) &&
    hasTexts(value, ['at', 'role', 'input', 'speculation', 'rescue']) &&
    timings.every((name) => value[name] === null || typeof value[name] === 'number') &&
    counts.every((name) => typeof value[name] === 'number') &&
    isRecord(value['providers']) &&
    Array.isArray(value['fallbacks'])
  )
}

function isLine(value: unknown): value is TranscriptLine {
  return isRecord(value) && hasTexts(value, ['at', 'by', 'text'])
}

function isLeg(value: unknown): value is LegView {
  return isRecord(value) && hasTexts(value, ['role', 'peer', 'connected_at'])
}

/** A call of `GET /api/calls`; null: it is none. */
export function parseCall(value: unknown): CallView | null {
  if (!isRecord(value) || !hasTexts(value, ['call_id', 'ramal', 'state', 'started_at'])) return null
  const { facts, decision, end_reason, ended_at } = value
  return {
    ...(value as CallView),
    ended_at: typeof ended_at === 'string' ? ended_at : null,
    end_reason: typeof end_reason === 'string' ? end_reason : null,
    facts: isRecord(facts) ? facts : {},
    decision: isRecord(decision) ? (decision as CallView['decision']) : null,
    transcript: listOf(value['transcript'], isLine),
    legs: listOf(value['legs'], isLeg),
    turns: listOf(value['turns'], isTurn),
  }
}

/** A call of `GET /api/history`; null: it is none. */
export function parseKeptCall(value: unknown): KeptCall | null {
  const texts = ['call_id', 'ramal', 'started_at', 'ended_at', 'end_reason', 'outcome']
  if (!isRecord(value) || !hasTexts(value, texts)) return null
  const { turns } = value
  return { ...(value as KeptCall), turns: Array.isArray(turns) ? listOf(turns, isTurn) : null }
}

/** The calls of an answer, each parsed. */
export function callsIn<T>(answer: unknown, parse: (value: unknown) => T | null): readonly T[] {
  const calls = isRecord(answer) ? answer['calls'] : null
  return Array.isArray(calls) ? calls.map(parse).filter((each) => each !== null) : []
}
