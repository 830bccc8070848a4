import { monotonic, type Clock } from '../clock.ts'
import type { EventLog } from '../events.ts'
import { localDay } from '../history/local-day.ts'
import type { CallRecordRow, RamalTotals } from '../providers/call-history.ts'
import type { Ramal } from '../ramais/ramal.ts'
import type { RamalStatistics } from '../status.ts'
import { createRecentDurations, type RecentDurations } from './recent-durations.ts'

const eventEveryMs = 1_000
const longestMessage = 500
/** Today, and the days beside it: a clock that is set back over midnight finds its counts again. */
const daysKept = 3

/** Of a ramal that no call came to. */
export const noStatistics: RamalStatistics = Object.freeze({
  calls_now: 0,
  calls_today: 0,
  calls_total: 0,
  answered: 0,
  authorized: 0,
  denied: 0,
  abandoned: 0,
  duration_mean_ms: null,
  duration_p95_ms: null,
  last_error: null,
})

/**
 * Counts calls as they begin and end. A call counts from its start, today is the day of this process's time zone, and
 * a ramal's change is published as an event `statistics` at most once a second.
 */
export interface Statistics extends Disposable {
  callStarted(ramal: Pick<Ramal, 'id' | 'ramal_ia'>): void
  callEnded(record: CallRecordRow): void
  failed(ramalId: number, message: string): void
  /**
   * Adds what the history knows of calls that this process has not counted, once; a second time changes nothing.
   * `today` is the day of the totals' own `today`. The history's writer reads them when what a former process left has
   * been delivered, and nothing of this one (`createHistoryWriter`'s `onTotals`).
   */
  seed(totals: readonly RamalTotals[], today: string): void
  /** The same object until something changes. */
  of(ramalId: number): RamalStatistics
  /** The ramal is gone. Its sums stay, as they do in the history: it finds them when it comes back. */
  forget(ramalId: number): void
}

type Counted = {
  ramal: string | null
  now: number
  total: number
  answered: number
  authorized: number
  denied: number
  abandoned: number
  readonly days: Map<string, number>
  durations: RecentDurations | null
  lastError: RamalStatistics['last_error']
  shown: { day: string; statistics: RamalStatistics } | null
  publishedMs: number
  timer: NodeJS.Timeout | null
}

export function createStatistics(o: {
  now: () => Date
  events: EventLog
  clock?: Clock
}): Statistics {
  const clock = o.clock ?? monotonic
  const ramais = new Map<number, Counted>()
  let seeded = false

  const counted = (ramalId: number): Counted => {
    const known = ramais.get(ramalId) ?? nothingCounted()
    ramais.set(ramalId, known)
    known.shown = null
    return known
  }
  const show = (known: Counted): RamalStatistics => {
    const day = localDay(o.now())
    if (known.shown?.day !== day) known.shown = { day, statistics: statisticsOf(known, day) }
    return known.shown.statistics
  }
  const publish = (ramalId: number, known: Counted): void => {
    known.timer = null
    if (known.ramal === null) return
    known.publishedMs = clock()
    const statistics = show(known)
    o.events.publish({ type: 'statistics', ramal_id: ramalId, ramal: known.ramal, statistics })
  }
  const changed = (ramalId: number, known: Counted): void => {
    if (known.timer !== null) return
    const waitMs = known.publishedMs + eventEveryMs - clock()
    if (waitMs <= 0) publish(ramalId, known)
    else known.timer = setTimeout(publish, waitMs, ramalId, known).unref()
  }
  const countCall = (known: Counted, calls: number, day: string): void => {
    known.days.set(day, (known.days.get(day) ?? 0) + calls)
    for (const other of known.days.keys()) {
      if (known.days.size <= daysKept) return
      if (other !== day) known.days.delete(other)
    }
  }

  return {
    callStarted({ id, ramal_ia }) {
      const known = counted(id)
      known.ramal = ramal_ia
      known.now += 1
      known.total += 1
      countCall(known, 1, localDay(o.now()))
      changed(id, known)
    },
    callEnded(record) {
      const known = counted(record.ramal_id)
      known.ramal ??= record.ramal
      known.now = Math.max(0, known.now - 1)
      if (record.answered) known.answered += 1
      if (record.outcome !== 'none') known[record.outcome] += 1
      known.durations ??= createRecentDurations()
      known.durations.add(record.duration_ms)
      changed(record.ramal_id, known)
    },
    failed(ramalId, message) {
      const at = o.now().toISOString()
      counted(ramalId).lastError = { at, message: message.slice(0, longestMessage) }
    },
    seed(totals, today) {
      if (seeded) return
      seeded = true
      for (const { ramal_id, total, today: sums } of totals) {
        const known = counted(ramal_id)
        known.total += total.calls
        known.answered += total.answered
        known.authorized += total.authorized
        known.denied += total.denied
        known.abandoned += total.abandoned
        countCall(known, sums.calls, today)
      }
    },
    of(ramalId) {
      const known = ramais.get(ramalId)
      return known === undefined ? noStatistics : show(known)
    },
    forget(ramalId) {
      const known = ramais.get(ramalId)
      if (known === undefined) return
      stopTimer(known)
      if (known.total === 0) ramais.delete(ramalId)
      else Object.assign(known, { ramal: null, durations: null, lastError: null, shown: null })
    },
    [Symbol.dispose]() {
      for (const known of ramais.values()) stopTimer(known)
    },
  }
}

function stopTimer(known: Counted): void {
  if (known.timer !== null) clearTimeout(known.timer)
  known.timer = null
}

function nothingCounted(): Counted {
  return {
    ramal: null,
    now: 0,
    total: 0,
    answered: 0,
    authorized: 0,
    denied: 0,
    abandoned: 0,
    days: new Map(),
    durations: null,
    lastError: null,
    shown: null,
    publishedMs: Number.NEGATIVE_INFINITY,
    timer: null,
  }
}

function statisticsOf(known: Counted, day: string): RamalStatistics {
  const { meanMs, p95Ms } = known.durations?.figures() ?? { meanMs: null, p95Ms: null }
  return Object.freeze({
    calls_now: known.now,
    calls_today: known.days.get(day) ?? 0,
    calls_total: known.total,
    answered: known.answered,
    authorized: known.authorized,
    denied: known.denied,
    abandoned: known.abandoned,
    duration_mean_ms: meanMs,
    duration_p95_ms: p95Ms,
    last_error: known.lastError,
  })
}
