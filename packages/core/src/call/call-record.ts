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

type RecordOptions = {
  readonly callId: string
  readonly ramal: Ramal
  readonly events: EventLog
  readonly onChange: () => void
}

export function createCallRecord(o: RecordOptions): CallRecord {
  return new RecordOfCall(o)
}

class RecordOfCall implements CallRecord {
  facts = noFacts
  state: CallState = 'greeting'
  decision: Decision | null = null
  readonly #o: RecordOptions
  readonly #who: { call_id: string; ramal: string; condominio_id: number }
  readonly #startedAt = new Date().toISOString()
  readonly #transcript: TranscriptLine[] = []
  readonly #legs: (Omit<LegView, 'rate'> & { rate: () => number })[] = []
  readonly #turns: TurnView[] = []
  #turnCount = 0
  #endedAt: string | null = null
  #endReason: string | null = null
  #view: CallView | null = null

  constructor(o: RecordOptions) {
    this.#o = o
    const { ramal_ia: ramal, condominio_id } = o.ramal
    this.#who = { call_id: o.callId, ramal, condominio_id }
    o.events.publish({ type: 'call', state: this.state, ...this.#who })
  }

  enter(next: CallState): void {
    if (this.state === 'ended' || this.state === next) return
    this.state = next
    this.#changed()
    this.#o.events.publish({ type: 'call', state: next, ...this.#who })
  }

  learn(change: Partial<Facts>): void {
    this.facts = { ...this.facts, ...change }
    this.#changed()
  }

  said(role: Role, text: string, interrupted: boolean): void {
    this.#note({ at: new Date().toISOString(), by: 'portaria', to: role, text, interrupted })
    this.#o.events.publish({ type: 'said', role, text, interrupted, ...this.#who })
  }

  heard(role: Role, text: string, confidence?: number): void {
    this.#note({ at: new Date().toISOString(), by: role, text })
    const sure = confidence === undefined ? {} : { confidence }
    this.#o.events.publish({ type: 'heard', role, text, ...sure, ...this.#who })
  }

  digit(role: Role, digit: string): void {
    this.#note({ at: new Date().toISOString(), by: role, text: `[${digit}]` })
    this.#o.events.publish({ type: 'digit', role, digit, ...this.#who })
  }

  legConnected(role: Role, peer: string, rate: () => number): void {
    const connected_at = new Date().toISOString()
    this.#legs.push({ role, peer, rate, connected_at, ended_at: null, end_reason: null })
    this.#changed()
    this.#o.events.publish({ type: 'leg', role, state: 'connected', ...this.#who })
  }

  legEnded(role: Role, reason: string): void {
    const at = this.#legs.findIndex((leg) => leg.role === role && leg.ended_at === null)
    const leg = this.#legs[at]
    if (leg === undefined) return
    const rate = leg.rate()
    this.#legs[at] = {
      ...leg,
      rate: () => rate,
      ended_at: new Date().toISOString(),
      end_reason: reason,
    }
    this.#changed()
    this.#o.events.publish({ type: 'leg', role, state: 'ended', reason, ...this.#who })
  }

  turn(next: Omit<TurnView, 'turn'>): void {
    const turn = { turn: ++this.#turnCount, ...next }
    if (this.#turns.length < mostTurns) this.#turns.push(turn)
    this.#changed()
    this.#o.events.publish({ type: 'turn', turn, ...this.#who })
  }

  decide(next: Decision): void {
    this.decision = next
    this.#changed()
    this.#o.events.publish({ type: 'decision', decision: next, ...this.#who })
  }

  end(reason: string): void {
    if (this.state === 'ended') return
    this.#endReason = reason
    this.#endedAt = new Date().toISOString()
    this.enter('ended')
  }

  view(): CallView {
    this.#view ??= Object.freeze({
      ...this.#who,
      state: this.state,
      started_at: this.#startedAt,
      ended_at: this.#endedAt,
      end_reason: this.#endReason,
      facts: viewOf(this.facts),
      decision: this.decision,
      transcript: this.#transcript.slice(),
      legs: this.#legs.map((leg) => ({ ...leg, rate: leg.rate() })),
      turns: this.#turns.slice(),
    })
    return this.#view
  }

  #note(line: TranscriptLine): void {
    if (this.#transcript.length < longestTranscript) {
      this.#transcript.push({ ...line, text: line.text.slice(0, longestLine) })
    }
    this.#changed()
  }

  #changed(): void {
    this.#view = null
    this.#o.onChange()
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
