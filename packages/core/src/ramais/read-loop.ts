import { orTimeout } from '../abortable.ts'
import type { Alarms } from '../alarms.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RamalStore } from '../providers/ramal-store.ts'
import type { RefreshStats } from '../status.ts'
import type { Read } from './desired-ramais.ts'
import type { Applied } from './registry.ts'
import type { SourceTracker } from './source-status.ts'

/**
 * Reads the source whenever something may have changed there: hints are merged, one read is in flight and one is
 * pending. What a hint says is never believed; the first one reads at once.
 */
export interface ReadLoop extends AsyncDisposable {
  /** Reads everything. Rejects when that cannot be read; what is served stays. */
  refresh(o: { accept: boolean }): Promise<RefreshStats>
  /** Reads these ids. Rejects when they cannot be read. */
  readNow(ids: readonly number[]): Promise<void>
  /** Something may have changed: these ids, or anything (null). */
  hint(ids: readonly number[] | null): void
  /**
   * The way to the source was lost: what fails is not tried again before it is back, or a read is due. Hints may be all
   * that is lost, so everything is read every 15 s meanwhile.
   */
  linkLost(isLost: boolean): void
  /** Resolves when the source was read and applied for the first time. */
  readonly first: Promise<void>
  /** Resolves with the reason when a read has failed and the link is lost. */
  readonly hopeless: Promise<string>
}

export type ReadLoopOptions = {
  store: RamalStore
  apply(read: Read): Promise<Applied>
  /**
   * Whether these rows, all that there are of `ids`, would remove a ramal. Then everything is read: rows that vanished
   * together are told of one by one, and only seen together is it known how many they are.
   */
  isVanishing(rows: readonly unknown[], ids: ReadonlySet<number>): boolean
  /** Told of what was applied. */
  applied(applied: Applied): void
  source: SourceTracker
  alarms: Alarms
  /** Everything is read at least this often; null: only when asked. */
  everyMs: number | null
  log: Log
  /** The first wait after a failure; doubles up to 5 s. Default 100. */
  retryMs?: number
  /** How often everything is read while the link is lost. Default 15,000. */
  lostReadMs?: number
}

/** More than this many ids, and everything is read. */
const mostIds = 500
const readLimitMs = 30_000
const longestRetryMs = 5_000
const alarmAfterFailures = 3
const lostReadMs = 15_000

type Work = {
  isFull: boolean
  accept: boolean
  readonly ids: Set<number>
  readonly waiting: PromiseWithResolvers<RefreshStats>[]
}

const noWork = (): Work => ({ isFull: false, accept: false, ids: new Set(), waiting: [] })

export function createReadLoop(o: ReadLoopOptions): ReadLoop {
  const { store, log } = o
  const stopping = new AbortController()
  const first = Promise.withResolvers<void>()
  const hopeless = Promise.withResolvers<string>()
  let pending = noWork()
  let running: Promise<void> | null = null
  /** A read was asked for while one is in flight: it follows at once, whatever becomes of that one. */
  let isAskedAgain = false
  let isLost = false
  let failures = 0
  let lastFailure: string | null = null
  let retry: NodeJS.Timeout | null = null
  let nextFull: NodeJS.Timeout | null = null

  const hasWork = ({ isFull, ids }: Work): boolean => isFull || ids.size > 0

  function kick(): void {
    if (retry !== null) clearTimeout(retry)
    retry = null
    if (running !== null) isAskedAgain = true
    if (stopping.signal.aborted || running !== null || !hasWork(pending)) return
    running = run().finally(() => {
      running = null
      if (isAskedAgain) kick()
    })
  }

  async function run(): Promise<void> {
    while (hasWork(pending) && !stopping.signal.aborted) {
      const work = pending
      pending = noWork()
      isAskedAgain = false
      try {
        await readAndApply(work)
      } catch (error) {
        for (const waiting of work.waiting) waiting.reject(error)
        if (!stopping.signal.aborted) failed(work, error)
        return
      }
    }
  }

  async function readAndApply(work: Work): Promise<void> {
    let ids = work.isFull ? null : work.ids
    let rows = await read(ids)
    if (ids !== null && o.isVanishing(rows, ids)) {
      ids = null
      rows = await read(ids)
    }
    const applied = await o.apply({ rows, ids, accept: work.accept })
    if (failures > 0) log.info({ failures }, `ramais are read from ${store.place} again`)
    failures = 0
    lastFailure = null
    o.alarms.clear('source-unread')
    if (ids === null) {
      o.source.wasRead()
      armFull(applied.readAgainMs)
    }
    o.applied(applied)
    for (const waiting of work.waiting) waiting.resolve(applied)
    first.resolve()
  }

  function read(ids: ReadonlySet<number> | null): Promise<readonly unknown[]> {
    const { signal } = stopping
    const reading = ids === null ? store.list({ signal }) : store.get([...ids], { signal })
    return orTimeout(reading, {
      ms: readLimitMs,
      what: `reading ramais from ${store.place}`,
      signal,
    })
  }

  /** Never taken for "empty": what is served stays. */
  function failed(work: Work, error: unknown): void {
    failures += 1
    lastFailure = messageOf(error)
    if (failures === 1) {
      log.warn(
        { error: lastFailure },
        `ramais could not be read from ${store.place}: what is served stays`,
      )
    }
    if (failures === alarmAfterFailures) {
      o.alarms.raise(
        'source-unread',
        `ramais cannot be read from ${store.place}: ${lastFailure}. What is served goes on. See "portaria db check"`,
      )
    }
    if (work.isFull) armFull(null)
    if (isLost) hopeless.resolve(lastFailure)
    if (store.watch === undefined) return
    pending.isFull ||= work.isFull
    if (!pending.isFull) for (const id of work.ids) pending.ids.add(id)
    tryLater()
  }

  function tryLater(): void {
    if (isLost || retry !== null || stopping.signal.aborted) return
    const longestMs = Math.min((o.retryMs ?? 100) * 2 ** (failures - 1), longestRetryMs)
    retry = setTimeout(
      () => {
        retry = null
        kick()
      },
      longestMs * (0.5 + Math.random() / 2),
    )
  }

  function armFull(soonerMs: number | null): void {
    if (nextFull !== null) clearTimeout(nextFull)
    const lostMs = isLost ? (o.lostReadMs ?? lostReadMs) : Infinity
    const ms = Math.min(o.everyMs ?? Infinity, lostMs, Math.max(0, soonerMs ?? Infinity))
    nextFull = ms === Infinity ? null : setTimeout(readAll, ms)
  }

  function readAll(): void {
    pending.isFull = true
    kick()
  }

  function wait(): Promise<RefreshStats> {
    const waiting = Promise.withResolvers<RefreshStats>()
    if (stopping.signal.aborted) waiting.reject(stopping.signal.reason)
    else pending.waiting.push(waiting)
    return waiting.promise
  }

  return {
    first: first.promise,
    hopeless: hopeless.promise,
    refresh({ accept }) {
      const stats = wait()
      pending.accept ||= accept
      readAll()
      return stats
    },
    async readNow(ids) {
      const applied = wait()
      for (const id of ids) pending.ids.add(id)
      kick()
      await applied
    },
    hint(ids) {
      if (ids === null) return readAll()
      for (const id of ids) pending.ids.add(id)
      if (pending.ids.size > mostIds) {
        pending.isFull = true
        // Forged ids must not pile up while nothing can be read.
        pending.ids.clear()
      }
      // After a failure hints wait with what failed: a storm of them must not become a storm of reads.
      if (failures === 0) kick()
    },
    linkLost(now) {
      const isNew = now && !isLost
      isLost = now
      if (isNew && !stopping.signal.aborted) armFull(null)
      if (isLost && lastFailure !== null) hopeless.resolve(lastFailure)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the daemon stops'))
      if (retry !== null) clearTimeout(retry)
      if (nextFull !== null) clearTimeout(nextFull)
      await running
      for (const waiting of pending.waiting) waiting.reject(stopping.signal.reason)
    },
  }
}
