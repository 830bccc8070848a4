import { join } from 'node:path'
import { monotonic, type Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { CallHistory, CallRecordRow, RamalTotals } from '../providers/call-history.ts'
import { createBell } from './bell.ts'
import type { Refused } from './deliver.ts'
import { startDelivery } from './delivery.ts'
import { createHeldRows } from './held-rows.ts'
import { createRefusedRows } from './refused-rows.ts'
import { openSpool } from './spool.ts'

const spoolBytes = 64 * 1024 * 1024
/** Some 30 MB: what waits for a disk that takes nothing. */
const rowsInMemory = 10_000

export type HistoryWriterOptions = {
  /** Null: nothing is kept. */
  history: CallHistory | null
  dataDir: string
  log: Log
  /** Ends deliveries; rows are still written to the spool until the writer is disposed of. */
  signal: AbortSignal
  alarms: { raise(id: string, message: string): void; clear(id: string): void }
  /** `statistics.seed`: called once, with sums that hold no call of this process. */
  onTotals: (totals: readonly RamalTotals[], today: string) => void
  clock?: Clock
  /** 64 MB by default; with more, the oldest go. */
  maxSpoolBytes?: number
  /** 10,000 by default. */
  maxRowsInMemory?: number
}

/**
 * Brings ended calls to the history, behind the calls:
 *
 *     add -> memory -> <data-dir>/spool/ -> history.append -> removed from the spool
 *
 * A row begins its way to the disk at once, so that a kill loses what the disk was still taking: a few milliseconds on a
 * healthy disk. It leaves the spool when the history has it for good; a kill between the two delivers it again, which
 * changes nothing. While the history is away rows wait in the spool. While the disk takes nothing (alarm `history-disk`)
 * they wait in memory and are delivered from there. Both are bounded: the oldest go (alarm `history-lost`).
 * What the database refuses for good goes to `refused.jsonl` there (alarm `history-refused`).
 */
export interface HistoryWriter extends AsyncDisposable {
  /** Never waits, never throws. */
  add(row: CallRecordRow): void
  /** The history may be back: tries at once. */
  retryNow(): void
  /** Rows: waiting on disk and in memory; delivered by this process; lost, because there was no room, the disk spoilt them or the history refuses them. */
  stats(): { readonly spooled: number; readonly delivered: number; readonly lost: number }
}

export function createHistoryWriter(o: HistoryWriterOptions): HistoryWriter {
  const { history, log, alarms } = o
  if (history === null) {
    const nothing = { spooled: 0, delivered: 0, lost: 0 }
    return { add() {}, retryNow() {}, stats: () => nothing, async [Symbol.asyncDispose]() {} }
  }
  const dir = join(o.dataDir, 'spool')
  const work = createBell()
  let lost = 0

  const lose = (rows: number, why: string): void => {
    lost += rows
    log.error({ rows, dir }, `calls are missing in the history: ${why}`)
  }
  const loseForRoom = (rows: number, why: string): void => {
    lose(rows, why)
    alarms.raise('history-lost', `${lost} calls are missing in the history: ${why}`)
  }
  const spool = openSpool({
    dir,
    maxBytes: o.maxSpoolBytes ?? spoolBytes,
    log,
    onLost(rows, why) {
      if (why === 'spoilt') lose(rows, `a kill or the disk spoilt lines of the spool ${dir}`)
      else loseForRoom(rows, `the spool ${dir} is full: bring the database back`)
    },
  })
  const held = createHeldRows({
    spool,
    maxRows: o.maxRowsInMemory ?? rowsInMemory,
    onWork: () => work.ring(),
    onLost: (rows) =>
      loseForRoom(rows, `neither the disk of ${dir} nor the database takes them: free some space`),
    onDisk(error) {
      if (error === null) return alarms.clear('history-disk')
      alarms.raise(
        'history-disk',
        `the spool ${dir} cannot be written or read: ${error}. Free some space there, or let this user write there; until then a crash loses the calls that the database does not have`,
      )
    },
  })
  const refused = createRefusedRows(dir)
  const keepRefused = async (rows: readonly Refused[]): Promise<void> => {
    const calls = rows.map(({ row, why }) => ({ call_id: row.call_id, why }))
    log.error({ calls, file: refused.path }, 'the database refuses calls for good')
    lose(rows.length, `the database refuses them for good: see ${refused.path}`)
    alarms.raise(
      'history-refused',
      `the database refuses calls for good: see ${refused.path}, and remove it`,
    )
    await refused
      .keep(rows)
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'they are not kept'))
  }
  const delivery = startDelivery({
    history,
    held,
    work,
    log,
    signal: o.signal,
    clock: o.clock ?? monotonic,
    onTotals: o.onTotals,
    onRefused: keepRefused,
    async onEmpty() {
      alarms.clear('history-lost')
      if ((await refused.size()) === null) alarms.clear('history-refused')
    },
  })

  return {
    add(row) {
      if (delivery.wanted()) held.add(row)
    },
    retryNow: delivery.retryNow,
    stats: () => ({ spooled: held.waiting(), delivered: delivery.delivered(), lost }),
    async [Symbol.asyncDispose]() {
      await delivery.stop()
      await held.flush()
      await delivery.last()
      const left = await held.close()
      if (left > 0) lose(left, `neither the disk of ${dir} nor the database took them at the end`)
    },
  }
}
