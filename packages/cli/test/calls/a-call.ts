import type { CallView, TurnView } from '@portaria/core/status'

/** A visitor was understood and answered, unless told otherwise. */
export function aTurn(change: Partial<TurnView> = {}): TurnView {
  return {
    turn: 1,
    at: '2025-01-01T12:00:05.000Z',
    role: 'visitor',
    input: 'said',
    endpoint_ms: 700,
    transcript_ms: 210.4,
    reply_ms: 320,
    speech_ms: 150,
    audible_ms: 700,
    fillers: 0,
    speculation: 'none',
    barge_in: false,
    false_starts: 0,
    merged: 0,
    rescue: 'none',
    providers: { stt: 'azure', tts: 'espeak', dialogue: 'ai-http' },
    fallbacks: [],
    ...change,
  }
}

export function aCall(change: Partial<CallView> = {}): CallView {
  return {
    call_id: '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab',
    ramal: '1000',
    condominio_id: 1,
    state: 'ended',
    started_at: '2025-01-01T12:00:00.000Z',
    ended_at: '2025-01-01T12:00:31.200Z',
    end_reason: 'decided',
    facts: { intent_type: 'entrega', apartment_number: '501', block: 'A' },
    decision: {
      outcome: 'authorized',
      reason: 'resident-yes',
      by: 'keypad',
      words: '1',
      at: '2025-01-01T12:00:30.000Z',
    },
    transcript: [
      { at: '2025-01-01T12:00:01.000Z', by: 'portaria', to: 'visitor', text: 'Olá' },
      { at: '2025-01-01T12:00:04.000Z', by: 'visitor', text: 'entrega no 501' },
    ],
    legs: [
      {
        role: 'visitor',
        peer: '192.0.2.20:40000',
        rate: 8000,
        connected_at: '2025-01-01T12:00:00.000Z',
        ended_at: '2025-01-01T12:00:31.000Z',
        end_reason: 'hangup',
      },
    ],
    turns: [],
    ...change,
  }
}
