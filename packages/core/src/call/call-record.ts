import type { CallState, Decision, EventLog, Role } from '../events.ts'
import { noFacts, type Facts } from '../providers/dialogue.ts'
import type { Ramal } from '../ramais/ramal.ts'
import type { CallView, FactsView, LegView, TranscriptLine, TurnView } from '../status.ts'

const longestTranscript = 400
const longestLine = 500
const mostTurns = 100

/** What is known about one call, for people: it never decides anything. Every change is an event. */
export interface CallRecord {
  readonly facts: Facts
  readonly state: CallState
  readonly decision: Decision | null
  enter(state: CallState): void
  learn(change: Partial<Facts>): void
  said(role: Role, text: string, interrupted: boolean): void
  heard(role: Role, text: string, confidence?: number): void
  digit(role: Role, digit: string): void
  legConnected(role: Role, peer: string, rate: () => number): void
  legEnded(role: Role, reason: string): void
  /** A turn whose reply has ended; `turn` is counted here. */
  turn(turn: Omit<TurnView, 'turn'>): void
  decide(decision: Decision): void
  /** Enters `ended`; the first reason is kept. */
  end(reason: string): void
  /** Immutable: the same object until something changes. */
  view(): CallView
}

export function createCallRecord(o: {
  callId: string
  ramal: Ramal
  events: EventLog
  onChange: () => void
}): CallRecord {
  const startedAt = new Date().toISOString()
  const who = { call_id: o.callId, ramal: o.ramal.ramal_ia, condominio_id: o.ramal.condominio_id }
  const transcript: TranscriptLine[] = []
  const legs: (Omit<LegView, 'rate'> & { rate: () => number })[] = []
  const turns: TurnView[] = []
  let turnCount = 0
  let state: CallState = 'greeting'
  let facts = noFacts
  let decision: Decision | null = null
  let endedAt: string | null = null
  let endReason: string | null = null
  let view: CallView | null = null

  const changed = (): void => {
    view = null
    o.onChange()
  }
  const note = (line: TranscriptLine): void => {
    if (transcript.length < longestTranscript) {
      transcript.push({ ...line, text: line.text.slice(0, longestLine) })
    }
    changed()
  }
  const enter = (next: CallState): void => {
    if (state === 'ended' || state === next) return
    state = next
    changed()
    o.events.publish({ type: 'call', state, ...who })
  }

  o.events.publish({ type: 'call', state, ...who })
  return {
    get facts() {
      return facts
    },
    get state() {
      return state
    },
    get decision() {
      return decision
    },
    enter,
    learn(change) {
      facts = { ...facts, ...change }
      changed()
    },
    said(role, text, interrupted) {
      note({ at: new Date().toISOString(), by: 'portaria', to: role, text, interrupted })
      o.events.publish({ type: 'said', role, text, interrupted, ...who })
    },
    heard(role, text, confidence) {
      note({ at: new Date().toISOString(), by: role, text })
      const sure = confidence === undefined ? {} : { confidence }
      o.events.publish({ type: 'heard', role, text, ...sure, ...who })
    },
    digit(role, digit) {
      note({ at: new Date().toISOString(), by: role, text: `[${digit}]` })
      o.events.publish({ type: 'digit', role, digit, ...who })
    },
    legConnected(role, peer, rate) {
      const connectedAt = new Date().toISOString()
      legs.push({ role, peer, rate, connected_at: connectedAt, ended_at: null, end_reason: null })
      changed()
      o.events.publish({ type: 'leg', role, state: 'connected', ...who })
    },
    legEnded(role, reason) {
      const at = legs.findIndex((leg) => leg.role === role && leg.ended_at === null)
      const leg = legs[at]
      if (leg === undefined) return
      const rate = leg.rate()
      legs[at] = {
        ...leg,
        rate: () => rate,
        ended_at: new Date().toISOString(),
        end_reason: reason,
      }
      changed()
      o.events.publish({ type: 'leg', role, state: 'ended', reason, ...who })
    },
    turn(next) {
      const turn = { turn: ++turnCount, ...next }
      if (turns.length < mostTurns) turns.push(turn)
      changed()
      o.events.publish({ type: 'turn', turn, ...who })
    },
    decide(next) {
      decision = next
      changed()
      o.events.publish({ type: 'decision', decision: next, ...who })
    },
    end(reason) {
      if (state === 'ended') return
      endReason = reason
      endedAt = new Date().toISOString()
      enter('ended')
    },
    view() {
      view ??= Object.freeze({
        ...who,
        state,
        started_at: startedAt,
        ended_at: endedAt,
        end_reason: endReason,
        facts: viewOf(facts),
        decision,
        transcript: transcript.slice(),
        legs: legs.map((leg) => ({ ...leg, rate: leg.rate() })),
        turns: turns.slice(),
      })
      return view
    },
  }
}

function viewOf(facts: Facts): FactsView {
  return {
    ...(facts.intentType === null ? {} : { intent_type: facts.intentType }),
    ...(facts.visitorName === null ? {} : { interlocutor_name: facts.visitorName }),
    ...(facts.unit === null ? {} : { apartment_number: facts.unit }),
    ...(facts.block === null ? {} : { block: facts.block }),
    ...(facts.residentName === null ? {} : { resident_name: facts.residentName }),
  }
}
