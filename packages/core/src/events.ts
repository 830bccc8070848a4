import type { SpokenKind } from './providers/tap.ts'
import type { RamalStatistics, TurnView } from './status.ts'

/** Who is at the other end of a leg. */
export type Role = 'visitor' | 'resident'

type CallEvent = { call_id: string; ramal: string; condominio_id: number }

/** What happened, as `/api/events` tells it. Field names are the API's. */
export type EventBody =
  | { type: 'ramal'; ramal_id: number; ramal: string; status: string; reason?: string }
  | { type: 'source'; link: 'none' | 'live' | 'polling' | 'lost'; why?: string }
  | { type: 'alarm'; alarm: string; ringing: boolean; message: string }
  /** `fallback`: `to` went on in its place; null: nobody was left. */
  | {
      type: 'provider'
      kind: SpokenKind
      provider: string
      change: 'down' | 'up' | 'fallback'
      to?: string | null
      error: string | null
    }
  | { type: 'statistics'; ramal_id: number; ramal: string; statistics: RamalStatistics }
  | ({ type: 'call'; state: CallState } & CallEvent)
  | ({ type: 'leg'; role: Role; state: 'connected' | 'ended'; reason?: string } & CallEvent)
  | ({ type: 'said'; role: Role; text: string; interrupted: boolean } & CallEvent)
  | ({ type: 'heard'; role: Role; text: string; confidence?: number } & CallEvent)
  | ({ type: 'digit'; role: Role; digit: string } & CallEvent)
  | ({ type: 'decision'; decision: Decision } & CallEvent)
  /** Told when the turn's reply has ended. */
  | ({ type: 'turn'; turn: TurnView } & CallEvent)

/** `id` grows by one, `time` is ISO 8601. */
export type PortariaEvent = { id: number; time: string } & EventBody

export type CallState = 'greeting' | 'collecting' | 'ringing' | 'deciding' | 'finishing' | 'ended'

export type Decision = {
  outcome: 'authorized' | 'denied'
  /** A word for machines: resident-yes, resident-no, no-answer, unclear, resident-hung-up ... */
  reason: string
  by: 'speech' | 'keypad' | 'timeout' | 'hangup' | 'error'
  /** What the resident said or pressed; null when nothing was. */
  words: string | null
  at: string
}

/** The last events, kept for subscribers that come back with the id of the last one they saw. */
export interface EventLog {
  publish(body: EventBody): void
  /** Events after `id` that are still kept, oldest first. */
  since(id: number): readonly PortariaEvent[]
  subscribe(listener: (event: PortariaEvent) => void): () => void
}

export function createEventLog(o: { keep?: number; now?: () => Date } = {}): EventLog {
  const keep = o.keep ?? 2_000
  const now = o.now ?? (() => new Date())
  const kept: PortariaEvent[] = []
  const listeners = new Set<(event: PortariaEvent) => void>()
  let lastId = 0
  return {
    publish(body) {
      const event = { id: ++lastId, time: now().toISOString(), ...body }
      kept.push(event)
      if (kept.length > keep * 1.5) kept.splice(0, kept.length - keep)
      for (const listener of listeners) listener(event)
    },
    since(id) {
      const first = kept.findIndex((event) => event.id > id)
      return first < 0 ? [] : kept.slice(first)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
