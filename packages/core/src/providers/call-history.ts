import type { TurnView } from '../status.ts'

/** Keeps ended calls and the sums of each day, behind the calls. */
export interface CallHistory {
  /** `absent`: the store has no place for history; `denied`: the role may not write there. Rejects while the store is away. */
  state(o: { signal: AbortSignal }): Promise<{
    readonly state: 'ready' | 'absent' | 'denied'
    /** What is missing and how to mend it; null when ready. */
    readonly remedy: string | null
  }>
  /**
   * Returns once durable, all or none. A record whose `call_id` is kept already changes nothing, so that a delivery
   * may be repeated. Rejects with a ProviderError; `retryable: false` means that these records will never be taken.
   */
  append(records: readonly CallRecordRow[], o: { signal: AbortSignal }): Promise<void>
  /** Calls whose UUIDs begin with these hexadecimal digits (no hyphens), 10 at most. Rejects with a ProviderError. */
  find?(digits: string, o: { signal: AbortSignal }): Promise<readonly CallRecordRow[]>
  /** Sums of each ramal since ever and of the day that `today` names (`YYYY-MM-DD`). */
  totals(o: { today: string; signal: AbortSignal }): Promise<readonly RamalTotals[]>
  /** Removes what is older than the retention of its condomínio. Resolves with how many calls went. */
  prune(o: { signal: AbortSignal }): Promise<number>
}

/** One ended call. Times are ISO 8601; no names and no transcript: those are personal data. */
export type CallRecordRow = {
  readonly call_id: string
  readonly ramal_id: number
  readonly ramal: string
  readonly condominium_id: number
  readonly started_at: string
  readonly ended_at: string
  readonly duration_ms: number
  /** The day in the daemon's time zone, `YYYY-MM-DD`. */
  readonly day: string
  readonly end_reason: string
  /** Whether a resident's leg came. */
  readonly answered: boolean
  readonly outcome: 'authorized' | 'denied' | 'abandoned' | 'none'
  readonly decision_reason: string | null
  readonly decision_by: string | null
  readonly intent_type: string | null
  readonly unit: string | null
  readonly block: string | null
  /** Where the time of the first 30 turns went: no words. Null: it was not kept. */
  readonly turns: readonly TurnView[] | null
}

export type RamalTotals = {
  readonly ramal_id: number
  readonly today: Sums
  readonly total: Sums
}

export type Sums = {
  readonly calls: number
  readonly answered: number
  readonly authorized: number
  readonly denied: number
  readonly abandoned: number
  readonly duration_ms: number
}
