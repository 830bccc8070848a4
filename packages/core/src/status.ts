import type { CallState, Decision, Role } from './events.ts'

/** One ramal as people and programs see it. */
export type RamalStatus = {
  readonly id: number
  readonly ramal_ia: string
  readonly ramal_retorno: string
  /** As configured: where Asterisk connects to. */
  readonly ip: string
  /** Effective ports. */
  readonly porta_ia: number
  readonly porta_retorno: number
  readonly condominio_id: number
  readonly status: 'ativo' | 'recusado'
  /** Why it is not served; null when it is. */
  readonly motivo: string | null
  readonly calls: number
}

/** The facts of a visit under the names of the API. */
export type FactsView = {
  intent_type?: string
  interlocutor_name?: string
  apartment_number?: string
  block?: string
  resident_name?: string
}

export type LegView = {
  readonly role: Role
  readonly peer: string
  readonly rate: number
  readonly connected_at: string
  readonly ended_at: string | null
  readonly end_reason: string | null
}

export type TranscriptLine = {
  readonly at: string
  readonly by: Role | 'portaria'
  readonly to?: Role
  readonly text: string
  readonly interrupted?: boolean
}

/** One call as `/api/calls` tells it. */
export type CallView = {
  readonly call_id: string
  readonly ramal: string
  readonly condominio_id: number
  readonly state: CallState
  readonly started_at: string
  readonly ended_at: string | null
  /**
   * Why the call ended: decided, abandoned, visitor-silent, handed-over, not-found, goodbye (the dialogue ended it),
   * operator, too-long, shutdown, error.
   */
  readonly end_reason: string | null
  readonly facts: FactsView
  readonly decision: Decision | null
  readonly transcript: readonly TranscriptLine[]
  readonly legs: readonly LegView[]
}

export type Counters = {
  readonly calls_total: number
  readonly authorized: number
  readonly denied: number
  readonly abandoned: number
}

/** Immutable: the same object until something changes. */
export type Snapshot = {
  readonly state: 'starting' | 'ready' | 'draining'
  readonly started_at: string
  readonly version: string
  readonly providers: { stt: string | null; tts: string | null; dialogue: string | null }
  readonly ramais: readonly RamalStatus[]
  readonly counters: Counters
  /** Live calls, oldest first. */
  readonly calls: readonly CallView[]
}

/** What the API and screens read and may ask of a running daemon. */
export interface DaemonView {
  snapshot(): Snapshot
  /** Called soon after a change, changes close together merged; returns the way to stop it. */
  subscribe(listener: () => void): () => void
  /** Live and ended calls, newest first. */
  calls(): readonly CallView[]
  call(callId: string): CallView | undefined
  readonly events: import('./events.ts').EventLog
  hangup(callId: string, role: Role): 'ok' | 'unknown-call' | 'no-leg'
}
