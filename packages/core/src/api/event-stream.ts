import type { ServerResponse } from 'node:http'
import type { EventLog, PortariaEvent } from '../events.ts'
import { inertJson } from './inert-json.ts'

/**
 * A reader that leaves this much unread is dropped; it comes back with Last-Event-ID and loses
 * nothing.
 */
const mostQueuedBytes = 1024 * 1024

/** What is kept may be more than that, so it is sent in parts no larger than this. */
const replayPartBytes = 256 * 1024

/** Server-sent events for any number of readers; each event is written out once for all. */
export type EventStream = {
  /**
   * Serves one reader until it leaves. `after`: the id of the last event that it saw; null: new
   * events only.
   */
  serve(response: ServerResponse, after: number | null): void
  readonly readers: number
  close(): void
}

type Reader = { beat(): void; end(): void }

function newestId(events: EventLog): number {
  return events.since(0).at(-1)?.id ?? 0
}

/** An id from before a restart is greater than any: that reader gets all that is kept. */
function startAfter(events: EventLog, after: number | null): number {
  const newest = newestId(events)
  if (after === null) return newest
  return after > newest ? 0 : after
}

/**
 * `id: 7`, `event: call`, `data: {…}`, as
 * https://html.spec.whatwg.org/multipage/server-sent-events.html has it.
 */
function createWriter(): (event: PortariaEvent) => string {
  const written = new WeakMap<PortariaEvent, string>()
  return (event) => {
    const known = written.get(event)
    if (known !== undefined) return known
    const text = `id: ${event.id}\nevent: ${event.type}\ndata: ${inertJson(event)}\n\n`
    written.set(event, text)
    return text
  }
}

function startReader(
  response: ServerResponse,
  o: { events: EventLog; after: number; write: (event: PortariaEvent) => string },
): Reader {
  const { events } = o
  let last = o.after
  let live = false
  let blocked = false

  function replay(): void {
    for (const event of events.since(last)) {
      last = event.id
      response.write(o.write(event))
      if (response.writableLength < replayPartBytes) continue
      blocked = true
      response.once('drain', () => {
        blocked = false
        if (!response.destroyed) replay()
      })
      return
    }
    live = true
  }

  const unsubscribe = events.subscribe((event) => {
    if (!live || response.destroyed) return
    last = event.id
    response.write(o.write(event))
    if (response.writableLength > mostQueuedBytes) response.destroy()
  })
  response.once('close', unsubscribe)
  replay()
  return {
    beat() {
      // A replay that took nothing since the last beat is not read by anybody.
      if (blocked) response.destroy()
      else response.write(':\n\n')
    },
    end() {
      unsubscribe()
      response.end()
    },
  }
}

/** `heartbeatMs`: how often a comment is sent, so that proxies keep quiet streams open. */
export function createEventStream(o: { events: EventLog; heartbeatMs: number }): EventStream {
  const readers = new Set<Reader>()
  const write = createWriter()
  const beating = setInterval(() => {
    for (const reader of readers) reader.beat()
  }, o.heartbeatMs)
  beating.unref()
  return {
    serve(response, after) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      response.write('retry: 1000\n\n')
      const reader = startReader(response, {
        events: o.events,
        after: startAfter(o.events, after),
        write,
      })
      readers.add(reader)
      response.once('close', () => readers.delete(reader))
    },
    get readers() {
      return readers.size
    },
    close() {
      clearInterval(beating)
      for (const reader of readers) reader.end()
      readers.clear()
    },
  }
}
