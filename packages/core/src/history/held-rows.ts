import { messageOf } from '../errors.ts'
import type { CallRecordRow } from '../providers/call-history.ts'
import type { Spool } from './spool.ts'

const batchRows = 500
const diskRetryMs = 2_000

/** Rows to deliver at once. */
export interface Batch {
  readonly rows: readonly CallRecordRow[]
  /** Left by a former process. */
  readonly inherited: boolean
  done(): Promise<void>
  giveBack(): void
}

/**
 * Rows on their way: in memory for the moment that the disk takes, then in the spool. While the disk takes nothing they
 * stay in memory, and are delivered from there.
 */
export interface HeldRows {
  /** Never waits, never throws. A row begins its way to the disk at once. */
  add(row: CallRecordRow): void
  next(): Promise<Batch | null>
  waiting(): number
  /** Drops what is in memory. */
  clear(): void
  /** Resolves when what is in memory is on disk, or the disk refused it. Returns how many rows are in memory only. */
  flush(): Promise<number>
  /** As `flush`, and nothing is written after it. */
  close(): Promise<number>
}

export function createHeldRows(o: {
  spool: Spool
  /** Rows in memory; with more, the oldest go. */
  maxRows: number
  /** There may be a batch. */
  onWork: () => void
  onLost: (rows: number) => void
  /** Null: the disk takes rows again. */
  onDisk: (error: string | null) => void
}): HeldRows {
  const queue: CallRecordRow[] = []
  /** Rows out of the queue, on their way to the disk or to the history. */
  let leaving = 0
  let flushing: Promise<void> | null = null
  let retry: NodeJS.Timeout | null = null
  let diskFails = false
  let closed = false

  const failed = (error: unknown): void => {
    diskFails = true
    o.onDisk(messageOf(error))
    if (!closed) retry ??= setTimeout(tryAgain, diskRetryMs).unref()
  }
  const works = (): void => {
    if (diskFails) o.onDisk(null)
    diskFails = false
  }
  const bound = (): void => {
    const tooMany = queue.length + leaving - o.maxRows
    const gone = tooMany > 0 ? queue.splice(0, tooMany).length : 0
    if (gone > 0) o.onLost(gone)
  }
  const leave = (): CallRecordRow[] => {
    const rows = queue.splice(0, batchRows)
    leaving += rows.length
    return rows
  }
  const giveBack = (rows: readonly CallRecordRow[]): void => {
    leaving -= rows.length
    queue.unshift(...rows)
    bound()
  }
  const writeAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const rows = leave()
      try {
        await o.spool.append(rows)
      } catch (error) {
        giveBack(rows)
        failed(error)
        break
      }
      leaving -= rows.length
      works()
    }
    flushing = null
    o.onWork()
  }
  const write = async (): Promise<void> => {
    if (queue.length > 0) await (flushing ??= writeAll())
  }
  const stopRetry = (): void => {
    if (retry !== null) clearTimeout(retry)
    retry = null
  }
  const tryAgain = (): void => {
    stopRetry()
    void o.spool.check().then(works, failed).then(write)
  }
  const flush = async (): Promise<number> => {
    await flushing
    await write()
    return queue.length
  }

  return {
    add(row) {
      queue.push(row)
      bound()
      if (retry === null) void write()
      else o.onWork()
    },
    async next() {
      try {
        const segment = await o.spool.oldest()
        if (segment !== null) return { ...segment, done: () => segment.remove() }
      } catch (error) {
        failed(error)
      }
      if (!diskFails || queue.length === 0) return null
      const rows = leave()
      return {
        rows,
        inherited: false,
        async done() {
          leaving -= rows.length
        },
        giveBack: () => giveBack(rows),
      }
    },
    waiting: () => queue.length + leaving + o.spool.waiting(),
    clear() {
      queue.length = 0
    },
    flush,
    async close() {
      closed = true
      const left = await flush()
      stopRetry()
      await o.spool.close()
      return left
    },
  }
}
