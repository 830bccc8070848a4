import { inTime } from '@portaria/core/plugin'
import { name } from './failure.ts'
import type { Speaker } from './speaker.ts'

const firstRetryMs = 1_000
const longestRetryMs = 60_000

const connecting = 'connecting to synthesis'

/** Connections that are open before somebody speaks, used by one sentence at a time, and used again. */
export interface SpeakerPool {
  /** A connected one. */
  take(signal: AbortSignal): Promise<Taken>
  /** Back from a sentence that is over. */
  give(speaker: Speaker): void
  /** In an unknown state: closed. */
  discard(speaker: Speaker): void
  /** Resolves when one is connected; rejects with a ProviderError. */
  warm(signal: AbortSignal): Promise<void>
  close(): void
}

/** `fresh`: it was never used. */
export type Taken = { readonly speaker: Speaker; readonly fresh: boolean }

export function createSpeakerPool(o: {
  connect: (onLost: () => void) => Speaker
  /** How many are kept ready, and the most there may be. */
  warm: number
  max: number
  connectMs: number
}): SpeakerPool {
  const idle: Speaker[] = []
  const all = new Set<Speaker>()
  const waiting: ((taken: Taken) => void)[] = []
  let retryMs = firstRetryMs
  let retry: NodeJS.Timeout | null = null
  let closed = false

  const connect = (): Speaker => {
    const speaker = o.connect(() => {
      const at = idle.indexOf(speaker)
      // One that speaks is dealt with by whoever took it.
      if (at < 0) return
      idle.splice(at, 1)
      later()
      discard(speaker)
    })
    all.add(speaker)
    return speaker
  }

  function discard(speaker: Speaker): void {
    all.delete(speaker)
    speaker.close()
    handOver()
    refill()
  }

  /** There is room for one more: for whoever waits longest. */
  const handOver = (): void => {
    if (closed || all.size >= o.max) return
    waiting.shift()?.({ speaker: connect(), fresh: true })
  }

  const give = (speaker: Speaker): void => {
    if (closed || !speaker.usable()) return discard(speaker)
    const next = waiting.shift()
    if (next === undefined) idle.push(speaker)
    else next({ speaker, fresh: false })
  }

  /** Connects as many as are to be ready; after a failure again later, and later each time. */
  function refill(): void {
    if (closed || retry !== null) return
    while (all.size < Math.min(o.warm, o.max)) {
      const speaker = connect()
      speaker.ready.then(
        () => {
          retryMs = firstRetryMs
          give(speaker)
        },
        () => {
          later()
          discard(speaker)
        },
      )
    }
  }

  function later(): void {
    if (closed || retry !== null) return
    retry = setTimeout(() => {
      retry = null
      refill()
    }, retryMs)
    retry.unref()
    retryMs = Math.min(longestRetryMs, retryMs * 2)
  }

  function idleSpeaker(): Speaker | null {
    for (;;) {
      const speaker = idle.pop()
      if (speaker === undefined) return null
      if (speaker.usable()) return speaker
      all.delete(speaker)
      speaker.close()
    }
  }

  /** An idle one, or a new one, as soon as there is a place. */
  async function place(signal: AbortSignal): Promise<Taken> {
    const speaker = idleSpeaker()
    if (speaker !== null) return { speaker, fresh: false }
    if (all.size < o.max) return { speaker: connect(), fresh: true }
    const turn = Promise.withResolvers<Taken>()
    waiting.push(turn.resolve)
    try {
      return await inTime(turn.promise, {
        name,
        what: 'waiting for a voice',
        ms: o.connectMs,
        signal,
      })
    } catch (error) {
      const at = waiting.indexOf(turn.resolve)
      if (at >= 0) waiting.splice(at, 1)
      // It was given one in the moment that it left.
      else void turn.promise.then((taken) => give(taken.speaker))
      throw error
    }
  }

  async function take(signal: AbortSignal): Promise<Taken> {
    signal.throwIfAborted()
    const taken = await place(signal)
    refill()
    const { speaker } = taken
    try {
      await inTime(speaker.ready, { name, what: connecting, ms: o.connectMs, signal })
    } catch (error) {
      if (!signal.aborted) later()
      discard(speaker)
      throw error
    }
    return taken
  }

  return {
    take,
    give,
    discard,
    async warm(signal) {
      if (idle.some((speaker) => speaker.usable())) return
      const { speaker } = await take(signal)
      give(speaker)
    },
    close() {
      closed = true
      if (retry !== null) clearTimeout(retry)
      for (const speaker of all) speaker.close()
      all.clear()
      idle.length = 0
    },
  }
}
