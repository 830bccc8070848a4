import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { orAbort, ProviderError } from '@portaria/core/plugin'
import type { Subscriber } from 'pg-listen'
import type { Connector } from '../connection/connector.ts'
import { explain, sqlState } from '../connection/explain.ts'
import { answeredWithin } from './answered-within.ts'
import { type Notification, openSession } from './open-session.ts'

/** The server answers, but notifications do not come: what they would tell must be read. */
export class DeafError extends Error {
  override readonly name = 'DeafError'
}

export type Pulse = {
  /** Between an answer and the next question. */
  readonly everyMs: number
  /** A session that does not answer within this is dead, whatever TCP says. */
  readonly answerMs: number
  /** How often a notification to ourselves proves that LISTEN still holds. */
  readonly proveEveryMs: number
}

export type SessionOptions = {
  connector: Connector
  channels: readonly string[]
  pulse: Pulse
  /** Sends a notification through another connection. */
  notify: (channel: string, payload: string, signal: AbortSignal) => Promise<void>
  onLive: () => void
  onNotification: (notification: Notification) => void
  /** Lends the session to a test. */
  onSession?: ((subscriber: Subscriber) => void) | undefined
  signal: AbortSignal
}

/**
 * One session that listens, from connecting to its end: rejects with why it ended, a DeafError when notifications do
 * not come through it, the signal's reason when that aborts. Nothing of it is left open then. LISTEN is committed and
 * proven before `onLive`.
 *
 * pg-listen lends no query, so the heartbeat is made of what it does send in the session: LISTEN and UNLISTEN of a
 * channel that nobody else knows, which cost the server no transaction id. That LISTEN holds is proven by a
 * notification to another such channel, sent through another connection, as those of the triggers are: an
 * `UNLISTEN *` is found out, and a pooler that lends us a backend for each statement, which may well hand us back what
 * we send to ourselves.
 */
export async function runSession(o: SessionOptions): Promise<never> {
  const proofs = new Map<string, () => void>()
  const name = `portaria_${randomBytes(8).toString('hex')}`
  const session = await openSession({
    connector: o.connector,
    signal: o.signal,
    onNotification(notification) {
      if (notification.channel === name) proofs.get(notification.payload)?.()
      else o.onNotification(notification)
    },
  })
  const over = new AbortController()
  const signal = AbortSignal.any([o.signal, over.signal])
  const work = async (): Promise<never> => {
    await listenTo(session.subscriber, [...o.channels, name], o)
    await prove({ ...o, name, proofs, signal })
    o.onLive()
    o.onSession?.(session.subscriber)
    return Promise.race([
      keepAsking(session.subscriber, { ...o, name: `${name}_beat`, signal }),
      keepProving({ ...o, name, proofs, signal }),
    ])
  }
  try {
    return await orAbort(Promise.race([work(), session.ended]), o.signal)
  } catch (error) {
    if (!o.signal.aborted) session.destroy()
    throw error
  } finally {
    over.abort()
    if (o.signal.aborted) await session.close()
  }
}

async function listenTo(
  subscriber: Subscriber,
  channels: readonly string[],
  o: SessionOptions,
): Promise<void> {
  try {
    for (const channel of channels) {
      const answer = Promise.resolve(subscriber.listenTo(channel))
      await answeredWithin(answer, { ms: o.pulse.answerMs, late: () => silent(o) })
    }
  } catch (error) {
    const state = sqlState(error)
    // A standby: it can be read, but notifications do not come there.
    if (state === '25006' || state === '0A000') {
      throw new DeafError(
        `the server refuses LISTEN: ${explain(error, o.connector.target).message}`,
      )
    }
    throw explain(error, o.connector.target)
  }
}

async function keepAsking(
  subscriber: Subscriber,
  o: SessionOptions & { name: string },
): Promise<never> {
  for (let listening = false; ; listening = !listening) {
    await pause(o.pulse.everyMs, null, { signal: o.signal })
    const answer = listening ? subscriber.unlisten(o.name) : subscriber.listenTo(o.name)
    await answeredWithin(Promise.resolve(answer), { ms: o.pulse.answerMs, late: () => silent(o) })
  }
}

type Proof = SessionOptions & { name: string; proofs: Map<string, () => void> }

async function keepProving(o: Proof): Promise<never> {
  for (;;) {
    await pause(o.pulse.proveEveryMs, null, { signal: o.signal })
    await prove(o)
  }
}

async function prove(o: Proof): Promise<void> {
  const token = randomUUID()
  const came = Promise.withResolvers<void>()
  o.proofs.set(token, came.resolve)
  try {
    const isSent = await o.notify(o.name, token, o.signal).then(
      () => true,
      () => false,
    )
    o.signal.throwIfAborted()
    // What was never sent proves nothing: the heartbeat and the reads tell what is wrong.
    if (!isSent) return
    await answeredWithin(orAbort(came.promise, o.signal), {
      ms: o.pulse.answerMs,
      late: () =>
        new DeafError(
          'notifications do not come through this connection (a pooler in transaction mode, or UNLISTEN *); ' +
            'connect to PostgreSQL itself, or to a pool in session mode.',
        ),
    })
  } finally {
    o.proofs.delete(token)
  }
}

function silent(o: SessionOptions): Error {
  const message = `${o.connector.target.place}: no answer within ${o.pulse.answerMs} ms; the link is dead.`
  return new ProviderError('postgres', message, { retryable: true })
}
