import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHistoryWriter, type HistoryWriter } from '@portaria/core/history/history-writer'
import { silentLog } from '@portaria/core/log'
import type { CallHistory, CallRecordRow, TurnView } from '@portaria/core/plugin'
import { createConnector } from '../../src/connection/connector.ts'
import { createDatabase } from '../../src/connection/database.ts'
import { targetOf } from '../../src/connection/target.ts'
import { createCallHistory } from '../../src/history/call-history.ts'
import { options } from '../../src/options.ts'

/** The history in the database of this URL. */
export async function aHistory(url: string): Promise<CallHistory & AsyncDisposable> {
  const connector = createConnector(await targetOf(options.parse({ url }), silentLog))
  const database = createDatabase({ connector, log: silentLog })
  return {
    ...createCallHistory({ database }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export function aWriter(history: CallHistory, dataDir: string): HistoryWriter {
  return createHistoryWriter({
    history,
    dataDir,
    log: silentLog,
    signal: new AbortController().signal,
    alarms: { raise() {}, clear() {} },
    onTotals() {},
  })
}

export function aDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'portaria-calls-'))
}

/** A call that ended just now: authorised after half a minute, unless told otherwise. */
export function aCall(change: Partial<CallRecordRow> = {}): CallRecordRow {
  const ended = new Date()
  return {
    call_id: randomUUID(),
    ramal_id: 1,
    ramal: '1000',
    condominium_id: 1,
    started_at: new Date(ended.getTime() - 30_000).toISOString(),
    ended_at: ended.toISOString(),
    duration_ms: 30_000,
    day: '2025-06-10',
    end_reason: 'decided',
    answered: true,
    outcome: 'authorized',
    decision_reason: 'resident-yes',
    decision_by: 'keypad',
    intent_type: 'entrega',
    unit: '501',
    block: null,
    turns: null,
    ...change,
  }
}

/** The trace of a turn in which a visitor was understood and answered, unless told otherwise. */
export function aTurn(change: Partial<TurnView> = {}): TurnView {
  return {
    turn: 1,
    at: '2025-06-10T12:00:05.000Z',
    role: 'visitor',
    input: 'said',
    endpoint_ms: 700,
    transcript_ms: 210.5,
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

/** Calls on a few ramais and days, with every outcome. */
export function someCalls(count: number): CallRecordRow[] {
  const outcomes = ['authorized', 'denied', 'abandoned', 'none'] as const
  return Array.from({ length: count }, (_, index) =>
    aCall({
      ramal_id: index % 3,
      day: `2025-06-1${index % 2}`,
      outcome: outcomes[index % 4] ?? 'none',
      answered: index % 5 === 0,
      duration_ms: index,
    }),
  )
}
