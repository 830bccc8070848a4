import { setTimeout as pause } from 'node:timers/promises'
import { isProviderError, type Log, messageOf } from '@portaria/core/plugin'
import type { Subscriber } from 'pg-listen'
import type { Connector } from '../connection/connector.ts'
import type { Database } from '../connection/database.ts'
import { backOff } from './back-off.ts'
import { createEventQueue } from './event-queue.ts'
import type { Notification } from './open-session.ts'
import { DeafError, type Pulse, runSession } from './run-session.ts'

export type LinkState = 'live' | 'polling' | 'lost'

export type ListenEvent =
  | Notification
  /** `live`: what is committed from now on is told. `polling`: it is not, a `doubt` comes every so often. */
  | { readonly type: 'link'; readonly state: LinkState; readonly why?: string }
  | { readonly type: 'doubt'; readonly why: string }

export type ListenOptions = {
  connector: Connector
  /** For the notification that proves that notifications come. */
  database: Database
  channels: readonly string[]
  /** How often to doubt where notifications do not come. */
  pollMs: number
  log: Log
  signal: AbortSignal
  pulse?: Pulse
  /** Lends each session to a test once it is live. */
  onSession?: (subscriber: Subscriber) => void
}

/** A link that answers nothing is dead after 3.5 s; what it missed while deaf is read within 12.5 s. */
const usualPulse: Pulse = { everyMs: 1000, answerMs: 2500, proveEveryMs: 10_000 }

/** A session that has lived this long was sound: the attempt after it comes at once. */
const soundMs = 5000

/** A reader that lets this many lie reads everything instead. */
const limit = 10_000

/**
 * Notifications of `channels`, for ever: reconnects by itself, ends only by rejecting with the signal's reason. Each
 * `live` says that something may have been missed before it.
 */
export async function* listen(o: ListenOptions): AsyncGenerator<ListenEvent, never> {
  const over = new AbortController()
  const signal = AbortSignal.any([o.signal, over.signal])
  const queue = createEventQueue<ListenEvent>({
    limit,
    overflow: { type: 'doubt', why: `more than ${limit} notifications at once` },
  })
  const supervising = supervise({ ...o, signal }, (event) => queue.push(event))
  try {
    return yield* queue.read(signal)
  } finally {
    over.abort()
    await supervising
  }
}

/** Opens session after session; resolves when the signal aborts. */
async function supervise(o: ListenOptions, tell: (event: ListenEvent) => void): Promise<void> {
  const { log, signal } = o
  const polling = startPolling(o.pollMs, tell)
  let said = ''
  const say = (state: LinkState, why?: string): void => {
    polling.set(state === 'polling')
    if (said === `${state} ${why}`) return
    said = `${state} ${why}`
    tell(why === undefined ? { type: 'link', state } : { type: 'link', state, why })
  }
  for (let failures = 0; !signal.aborted;) {
    let liveSince = Infinity
    try {
      await runSession({
        connector: o.connector,
        channels: o.channels,
        pulse: o.pulse ?? usualPulse,
        notify: async (channel, payload, until) => {
          await o.database.read('SELECT pg_notify($1, $2)', [channel, payload], { signal: until })
        },
        onLive() {
          liveSince = performance.now()
          log.info({ place: o.connector.target.place }, 'Listening to the database.')
          // Said each time: a full read is due.
          said = ''
          say('live')
        },
        onNotification: tell,
        onSession: o.onSession,
        signal,
      })
    } catch (error) {
      if (signal.aborted) break
      failures = performance.now() - liveSince >= soundMs ? 1 : failures + 1
      const isDeaf = error instanceof DeafError
      const refused = isDeaf || (isProviderError(error) && !error.retryable)
      const waitMs = Math.round(backOff({ failures, refused, random: Math.random }))
      // What the session knew to be dead, the other connections to the same server need not find out again.
      if (!isDeaf && liveSince !== Infinity) o.database.dropConnections()
      say(isDeaf ? 'polling' : 'lost', messageOf(error))
      log.warn({ attempt: failures, waitMs }, `${messageOf(error)} Trying again.`)
      await pause(waitMs, null, { signal }).catch(() => undefined)
    }
  }
  polling.set(false)
}

/** While set, doubts every `pollMs`; the first at once. */
function startPolling(
  pollMs: number,
  tell: (event: ListenEvent) => void,
): { set(on: boolean): void } {
  let timer: NodeJS.Timeout | null = null
  const doubt = (): void => tell({ type: 'doubt', why: 'notifications do not come' })
  return {
    set(on) {
      if (on === (timer !== null)) return
      if (timer !== null) clearInterval(timer)
      timer = on ? setInterval(doubt, pollMs) : null
      if (on) doubt()
    },
  }
}
