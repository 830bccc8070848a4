import { ProviderError } from '../../src/errors.ts'
import type {
  CallHistory,
  CallRecordRow,
  RamalTotals,
  Sums,
} from '../../src/providers/call-history.ts'

type Fault = 'away' | 'answer-lost' | null

/** A history in memory that keeps to the contract, and fails as it is told to. */
export interface HistoryForTests extends CallHistory {
  readonly calls: ReadonlyMap<string, CallRecordRow>
  /** Sizes of the batches that it was asked to take. */
  readonly batches: number[]
  prunes: number
  fault: Fault
  answer: Awaited<ReturnType<CallHistory['state']>>
  refuses: (row: CallRecordRow) => boolean
  /** Of all days. */
  sums(ramalId: number): Sums
}

export function createHistoryForTests(): HistoryForTests {
  const calls = new Map<string, CallRecordRow>()
  const failIf = (fails: boolean): void => {
    if (fails) throw new ProviderError('test', 'the history is away', { retryable: true })
  }
  const sumsOf = (rows: readonly CallRecordRow[]): Sums => ({
    calls: rows.length,
    answered: rows.filter((row) => row.answered).length,
    authorized: rows.filter((row) => row.outcome === 'authorized').length,
    denied: rows.filter((row) => row.outcome === 'denied').length,
    abandoned: rows.filter((row) => row.outcome === 'abandoned').length,
    duration_ms: rows.reduce((sum, row) => sum + row.duration_ms, 0),
  })
  const of = (ramalId: number): CallRecordRow[] =>
    [...calls.values()].filter((row) => row.ramal_id === ramalId)
  const history: HistoryForTests = {
    calls,
    batches: [],
    prunes: 0,
    fault: null,
    answer: { state: 'ready', remedy: null },
    refuses: () => false,
    sums: (ramalId) => sumsOf(of(ramalId)),
    async state() {
      failIf(history.fault === 'away')
      return history.answer
    },
    async append(rows) {
      failIf(history.fault === 'away')
      history.batches.push(rows.length)
      if (rows.some((row) => history.refuses(row))) {
        throw new ProviderError('test', 'a row is bad', { retryable: false })
      }
      for (const row of rows) if (!calls.has(row.call_id)) calls.set(row.call_id, row)
      failIf(history.fault === 'answer-lost')
    },
    async totals({ today }): Promise<RamalTotals[]> {
      failIf(history.fault !== null)
      return [...new Set([...calls.values()].map((row) => row.ramal_id))].map((ramalId) => ({
        ramal_id: ramalId,
        today: sumsOf(of(ramalId).filter((row) => row.day === today)),
        total: sumsOf(of(ramalId)),
      }))
    },
    async prune() {
      history.prunes += 1
      return 0
    },
  }
  return history
}
