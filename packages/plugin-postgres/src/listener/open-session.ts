import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { orAbort, ProviderError } from '@portaria/core/plugin'
import pgListen, { type Subscriber } from 'pg-listen'
import type { Connector } from '../connection/connector.ts'

/** What a notification says; `payload` is the text as it was sent, empty where there was none. */
export type Notification = {
  readonly type: 'notification'
  readonly channel: string
  readonly payload: string
  /** The backend that sent it. */
  readonly pid: number
  /** `performance.now()` when it was read; `performance.timeOrigin` added, it is the time of day. */
  readonly receivedMs: number
}

/** A connected session of pg-listen; it listens to nothing yet. */
export interface Session {
  readonly subscriber: Subscriber
  /** Rejects with a ProviderError when the connection ends, whoever ended it. */
  readonly ended: Promise<never>
  /** Takes leave where the link answers, within a moment; then nothing is left open. */
  close(): Promise<void>
  /** For a link that does not answer. */
  destroy(): void
}

const leaveMs = 500

/** Rejects with a ProviderError, or with the signal's reason. */
export async function openSession(o: {
  connector: Connector
  onNotification: (notification: Notification) => void
  signal: AbortSignal
}): Promise<Session> {
  return o.connector.open(async () => {
    const session = createSession(o.connector, o.onNotification)
    try {
      await orAbort(session.subscriber.connect(), o.signal)
      return session
    } catch (error) {
      session.destroy()
      throw error
    }
  })
}

/**
 * pg-listen's own reconnecting is off (`retryLimit: 1`), because it gives up and cannot be stopped; so is its check,
 * because its answer is waited for for ever. Payloads are left as they are: a parser that throws would be an error of
 * the session.
 */
function createSession(
  connector: Connector,
  onNotification: (notification: Notification) => void,
): Session {
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  let socket: Socket | undefined
  const onSocket = (opened: Socket): void => {
    socket = opened
  }
  const subscriber = pgListen.default(connector.config({ onSocket }), {
    retryLimit: 1,
    paranoidChecking: false,
    parse: (text) => text,
  })
  // Once the connection has ended, however: pg-listen finds that it may not open another.
  subscriber.events.on('error', (cause) => {
    const message = `${connector.target.place}: the connection that listens ended.`
    ended.reject(new ProviderError('postgres', message, { retryable: true, cause }))
  })
  subscriber.events.on('notification', ({ channel, payload, processId }) => {
    const text: unknown = payload
    onNotification({
      type: 'notification',
      channel,
      payload: typeof text === 'string' ? text : '',
      pid: processId,
      receivedMs: performance.now(),
    })
  })
  return {
    subscriber,
    ended: ended.promise,
    async close() {
      const over = new AbortController()
      const left = subscriber.close().catch(() => undefined)
      await Promise.race([left, pause(leaveMs, null, { signal: over.signal })])
      over.abort()
      socket?.destroy()
    },
    destroy() {
      subscriber.close().catch(() => undefined)
      socket?.destroy()
    },
  }
}
