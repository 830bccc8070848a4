import type { TurnView } from '../../src/status.ts'

/** A visitor was understood and answered: 700 ms of silence, 210 to hear, 320 to reply, 150 to speak. */
export function aTurn(change: Partial<TurnView> = {}): TurnView {
  return {
    turn: 1,
    at: '2025-01-01T12:00:05.000Z',
    role: 'visitor',
    input: 'said',
    endpoint_ms: 700,
    transcript_ms: 210,
    reply_ms: 320,
    speech_ms: 150,
    audible_ms: 690,
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
