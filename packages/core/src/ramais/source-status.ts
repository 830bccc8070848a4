import type { Alarms } from '../alarms.ts'
import type { EventLog } from '../events.ts'
import type { SourceStatus } from '../status.ts'

/** Keeps what people are told of the source of ramais. */
export interface SourceTracker extends Disposable {
  link(state: SourceStatus['link'], why?: string): void
  hint(kind: keyof SourceStatus['hints']): void
  /** A change that the source dates so (ISO 8601) was heard of now. */
  told(at: string): void
  /** Everything was read. */
  wasRead(): void
  serving(what: SourceStatus['serving']): void
  view(): SourceStatus
}

/** A link that comes back at once is nobody's business. */
const alarmAfterMs = 5_000

export function createSourceTracker(o: {
  kind: string
  place: string
  /** `none` where nobody tells of changes, else `lost` until the store says more. */
  link: 'none' | 'lost'
  events: EventLog
  alarms: Alarms
  onChange: () => void
  now?: () => Date
}): SourceTracker {
  const now = o.now ?? (() => new Date())
  let view: SourceStatus = {
    kind: o.kind,
    place: o.place,
    link: o.link,
    link_since: now().toISOString(),
    why: o.link === 'none' ? null : 'not connected yet',
    serving: 'source',
    last_read_at: null,
    hints: { changed: 0, doubt: 0, ignored: 0 },
    latency_ms: null,
  }
  let timer: NodeJS.Timeout | null = null

  const change = (change: Partial<SourceStatus>): void => {
    view = { ...view, ...change }
    o.onChange()
  }
  const watchLoss = (): void => {
    if (view.link !== 'lost') {
      if (timer !== null) clearTimeout(timer)
      timer = null
      o.alarms.clear('database-lost')
      return
    }
    timer ??= setTimeout(() => {
      o.alarms.raise(
        'database-lost',
        `changes of ramais are not seen: ${o.place} cannot be reached (${view.why ?? 'no reason given'}). ` +
          'What is served goes on; everything is read again when it is back. See "portaria doctor"',
      )
    }, alarmAfterMs)
  }
  watchLoss()

  return {
    link(state, why) {
      if (state === view.link && (why ?? null) === view.why) return
      const isNew = state !== view.link
      change({
        link: state,
        why: why ?? null,
        ...(isNew ? { link_since: now().toISOString() } : {}),
      })
      watchLoss()
      if (isNew) {
        o.events.publish({ type: 'source', link: state, ...(why === undefined ? {} : { why }) })
      }
    },
    told(at) {
      const ms = now().getTime() - Date.parse(at)
      // Clocks that differ by more than a minute measure nothing.
      if (Math.abs(ms) < 60_000) change({ latency_ms: Math.max(0, ms) })
    },
    hint: (kind) => change({ hints: { ...view.hints, [kind]: view.hints[kind] + 1 } }),
    wasRead: () => change({ last_read_at: now().toISOString() }),
    serving(serving) {
      if (serving !== view.serving) change({ serving })
    },
    view: () => view,
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
