import { setTimeout as pause } from 'node:timers/promises'
import type { CallState, PortariaEvent } from '@portaria/core/events'
import { messageOf } from '@portaria/core/errors'
import type { DaemonApi } from '../daemon/daemon-api.ts'
import { isRecord } from '../is-record.ts'
import { textLines } from '../text-lines.ts'

/** An event of one call, as `/api/events` tells it. */
export type CallEvent = Extract<PortariaEvent, { call_id: string }>

/** What the daemon tells about calls while they last. */
export interface CallWatch {
  /** Follows one call; returns the way to stop. */
  follow(callId: string, listener: (event: CallEvent) => void): () => void
  /** Why the stream ended, when it did: from then on calls are asked for again and again. */
  readonly lost: string | null
}

const pollMs = 250

function callEvent(line: string): CallEvent | null {
  if (!line.startsWith('data:')) return null
  const value: unknown = JSON.parse(line.slice('data:'.length))
  if (!isRecord(value) || typeof value['call_id'] !== 'string') return null
  if (typeof value['type'] !== 'string') return null
  return value as CallEvent
}

function stateOf(call: unknown): CallState | null {
  return isRecord(call) && typeof call['state'] === 'string' ? (call['state'] as CallState) : null
}

/** Asks for one call until it has ended, and makes events of the states that it shows. */
async function poll(
  api: DaemonApi,
  callId: string,
  o: { listener: (event: CallEvent) => void; signal: AbortSignal },
): Promise<void> {
  let last: CallState | null = null
  while (last !== 'ended') {
    const state = stateOf(await api.get(`/api/calls/${callId}`, o.signal))
    if (state !== null && state !== last) {
      const time = new Date().toISOString()
      const about = { call_id: callId, ramal: '', condominio_id: 0 }
      o.listener({ id: 0, time, type: 'call', state, ...about })
      last = state
    }
    await pause(pollMs, undefined, { signal: o.signal })
  }
}

/** Follows the daemon's events from now on: resolves once the stream is open. */
export async function watchCalls(api: DaemonApi, signal: AbortSignal): Promise<CallWatch> {
  const followed = new Map<string, (event: CallEvent) => void>()
  let lost: string | null = null

  function pollInstead(callId: string, listener: (event: CallEvent) => void): void {
    const guarded = (event: CallEvent): void => {
      if (followed.get(callId) === listener) listener(event)
    }
    // A daemon that is gone shows on the leg itself; the poll has nobody left to tell.
    poll(api, callId, { listener: guarded, signal }).catch((error: unknown) => {
      lost = messageOf(error)
    })
  }

  async function readEvents(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const lines of textLines(chunks)) {
      for (const line of lines) {
        const event = callEvent(line)
        if (event) followed.get(event.call_id)?.(event)
      }
    }
  }

  function loseStream(why: string): void {
    if (signal.aborted) return
    lost = why
    for (const [callId, listener] of followed) pollInstead(callId, listener)
  }

  try {
    readEvents(await api.events(signal)).then(
      () => loseStream('the stream of events ended'),
      (error: unknown) => loseStream(messageOf(error)),
    )
  } catch (error) {
    signal.throwIfAborted()
    loseStream(messageOf(error))
  }
  return {
    get lost() {
      return lost
    },
    follow(callId, listener) {
      followed.set(callId, listener)
      if (lost !== null) pollInstead(callId, listener)
      return () => {
        followed.delete(callId)
      }
    },
  }
}
