import type { Alarms } from '../alarms.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import type { CallHistory, CallRecordRow } from '../providers/call-history.ts'
import type { Ramal } from '../ramais/ramal.ts'
import { createStatistics } from '../statistics/ramal-statistics.ts'
import type { RamalStatistics } from '../status.ts'
import { createHistoryWriter } from './history-writer.ts'

/** What becomes of calls: they are counted at once, and kept in the history behind them. */
export interface KeptCalls extends AsyncDisposable {
  onStarted(ramal: Ramal): void
  onEnded(row: CallRecordRow): void
  statisticsOf(ramalId: number): RamalStatistics
  /** The ramal is gone. */
  forget(ramalId: number): void
  /** The history may be back. */
  retryNow(): void
}

export function keepCalls(o: {
  /** null: calls are only counted. */
  history: CallHistory | null
  dataDir: string
  events: EventLog
  alarms: Alarms
  onChange: () => void
  signal: AbortSignal
  log: Log
}): KeptCalls {
  const statistics = createStatistics({ now: () => new Date(), events: o.events })
  const history = createHistoryWriter({
    ...o,
    onTotals(totals, today) {
      statistics.seed(totals, today)
      o.onChange()
    },
  })
  return {
    onStarted: (ramal) => statistics.callStarted(ramal),
    onEnded(row) {
      statistics.callEnded(row)
      if (row.end_reason === 'error') {
        statistics.failed(row.ramal_id, `a fault ended call ${row.call_id}: see the log`)
      }
      history.add(row)
    },
    statisticsOf: (ramalId) => statistics.of(ramalId),
    forget: (ramalId) => statistics.forget(ramalId),
    retryNow: () => history.retryNow(),
    async [Symbol.asyncDispose]() {
      await history[Symbol.asyncDispose]()
      statistics[Symbol.dispose]()
    },
  }
}
