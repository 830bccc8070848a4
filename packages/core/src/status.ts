import type { CallState, Decision, Role } from './events.ts'
import type { CallRecordRow } from './providers/call-history.ts'
import type { RamalEdit } from './providers/ramal-store.ts'
import type { Composer } from './plugins/compose-providers.ts'
import type { SpokenKind } from './providers/tap.ts'

/**
 * `deslocado`: served, but not at the ports that its row wishes. `recusado`: its ports cannot be had. `invalido`: the row
 * is no ramal. `retido`: its row is gone, but so many went at once that it is still served. `removendo`: it takes no
 * new visitors, its calls finish.
 */
export type RamalState = 'ativo' | 'deslocado' | 'recusado' | 'invalido' | 'retido' | 'removendo'

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
  /** As the row wishes them; `porta_retorno_desejada` is null where the row has none. */
  readonly porta_ia_desejada: number
  readonly porta_retorno_desejada: number | null
  readonly condominio_id: number
  readonly status: RamalState
  /** Why it is not `ativo`; null when it is. */
  readonly motivo: string | null
  /** Since when it has this status. */
  readonly desde: string
  readonly calls: number
  readonly statistics: RamalStatistics
}

/** What a ramal's calls came to. `total` counts from the history where there is one, else from the daemon's start. */
export type RamalStatistics = {
  readonly calls_now: number
  readonly calls_today: number
  readonly calls_total: number
  readonly answered: number
  readonly authorized: number
  readonly denied: number
  readonly abandoned: number
  /** Of the last 1,000 calls at most; null before the first. */
  readonly duration_mean_ms: number | null
  readonly duration_p95_ms: number | null
  readonly last_error: { readonly at: string; readonly message: string } | null
}

/** Something that a person should look at; it goes away when its cause does. */
export type Alarm = {
  /** For machines, and unique among those that ring: `removals-held`, `database-lost`, `ramal-moved 7`, `history-disk` ... */
  readonly id: string
  readonly since: string
  /** What, where, and how to mend it. */
  readonly message: string
}

/** Where ramais come from, and how well that is known. */
export type SourceStatus = {
  /** `file`, `embedded`, `postgres` ... as the settings name it. */
  readonly kind: string
  /** For people: a path, or an address without a password. */
  readonly place: string
  /** `none`: nobody tells of changes (a file). */
  readonly link: 'none' | 'live' | 'polling' | 'lost'
  readonly link_since: string
  /** Why it is not live; null when it is. */
  readonly why: string | null
  /** What is served now: the source itself, the last good configuration, or the compatibility pair. */
  readonly serving: 'source' | 'last-good' | 'compatibility'
  readonly last_read_at: string | null
  readonly hints: { readonly changed: number; readonly doubt: number; readonly ignored: number }
  /** From the last change to its notification here; absent or null where notifications carry no time. */
  readonly latency_ms?: number | null
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

/**
 * Where the time of one turn went, from the end of what somebody said to what they heard. Times in milliseconds; null:
 * there was no such thing in this turn.
 */
export type TurnView = {
  /** Counts from 1 in its call. */
  readonly turn: number
  /** When it was over: what came after is counted from here. */
  readonly at: string
  readonly role: Role
  /** `unheard`: somebody spoke, and no words were understood. */
  readonly input: 'said' | 'digits' | 'silence' | 'unheard'
  /** From the last voice to the judgement that the turn is over. */
  readonly endpoint_ms: number | null
  /** From that judgement to the words. */
  readonly transcript_ms: number | null
  /** From the words to the dialogue's first part; 0 where a speculative reply was there before. */
  readonly reply_ms: number | null
  /** From the first sentence to its first sound; 0 from memory. */
  readonly speech_ms: number | null
  /** From the end of the turn to the first frame of the reply itself; a filler is none. */
  readonly audible_ms: number | null
  readonly fillers: number
  /** A reply that was begun before the turn was over, and what became of it. */
  readonly speculation: 'none' | 'kept' | 'dropped'
  /** The reply was interrupted by somebody who really spoke or pressed a key. */
  readonly barge_in: boolean
  /** Noises that paused the reply, which then went on. */
  readonly false_starts: number
  /** What was said in pieces, beyond the first, and answered together. */
  readonly merged: number
  /** What was left when nobody could reply: the keypad was offered, or a human. */
  readonly rescue: 'none' | 'keypad' | 'human'
  /** Who heard, replied and spoke; null: nobody had to. `cache`: from memory. */
  readonly providers: { readonly [kind in SpokenKind]: string | null }
  /** The kinds whose first provider did not do it. */
  readonly fallbacks: readonly SpokenKind[]
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
  /** The first 100. */
  readonly turns: readonly TurnView[]
}

export type Counters = {
  readonly calls_total: number
  readonly authorized: number
  readonly denied: number
  readonly abandoned: number
}

/** How a provider of speech or dialogue does. */
export type ProviderStatus = {
  readonly kind: SpokenKind
  readonly provider: string
  /** `down`: it failed again and again, and is tried only from time to time until it works. */
  readonly state: 'up' | 'down'
  readonly since: string
  /** When it was last asked, it failed; null when it did what it was asked for. */
  readonly last_error: { readonly at: string; readonly message: string } | null
}

/** Immutable: the same object until something changes. */
export type Snapshot = {
  readonly state: 'starting' | 'ready' | 'draining'
  readonly started_at: string
  readonly version: string
  readonly providers: { stt: string | null; tts: string | null; dialogue: string | null }
  /** In the order in which they stand in for each other. */
  readonly provider_health: readonly ProviderStatus[]
  readonly source: SourceStatus
  readonly alarms: readonly Alarm[]
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
  /**
   * Ended calls that the history keeps, whose UUIDs begin with these hexadecimal digits: 10 at most. None where there is no
   * history. Rejects with a ProviderError while it is away.
   */
  kept(digits: string, o: { signal: AbortSignal }): Promise<readonly CallRecordRow[]>
  /** Breakers as they are now, and every use and fallback as it happens. */
  readonly providers: Pick<Composer, 'health' | 'subscribe'>
  readonly events: import('./events.ts').EventLog
  hangup(callId: string, role: Role): 'ok' | 'unknown-call' | 'no-leg'
  readonly ramais: RamalControl
}

/** What may be asked of the ramais. Rejects with a ProviderError while their store cannot be read or written. */
export interface RamalControl {
  /** Reads everything again and applies it. `acceptRemovals` also lets go of ramais that were held. */
  refresh(o: { acceptRemovals: boolean; signal: AbortSignal }): Promise<RefreshStats>
  /** Every row of the store as it stands there, good or bad. */
  configured(o: { signal: AbortSignal }): Promise<readonly unknown[]>
  /** Closes and opens the ports of one ramal; its calls go on. `unknown`: no ramal has this number or id. */
  restart(which: { ramal: string } | { id: number }): Promise<'restarted' | 'unknown'>
  /** null: the store is edited elsewhere (a file). Edits are applied before they resolve. Rejects with EditRefused. */
  readonly edit: RamalEdit | null
}

/** What a refresh came to. `held`: ramais that vanished and are served all the same. */
export type RefreshStats = {
  readonly removed: number
  readonly updated: number
  readonly added: number
  readonly held: number
  readonly total_active: number
}
