import { levelDb } from '@portaria/core/audio/pcm'

/** Sound is what a person would hear; the daemon's silence is all zeros. */
const audibleDb = -50

/** Two silent frames between two audible ones begin something new. */
const newSoundMs = 50

/** What a leg of the test phone hears. Times in ms on the monotonic clock. */
export interface Hearing {
  onAudio(pcm: Int16Array, atMs: number): void
  readonly firstFrameMs: number | null
  readonly firstAudibleMs: number | null
  readonly frames: number
  /** Between one frame and the next, in ms, in order. */
  readonly gapsMs: readonly number[]
  /** Some sound at or after `sinceMs`, also one that was heard already; null when the time is over. */
  heard(o: Waiting): Promise<number | null>
  /** Sound that begins, after silence, at or after `sinceMs`; null when the time is over. */
  begins(o: Waiting): Promise<number | null>
  /** Sound was heard since `sinceMs` and has ended `ms` ago. False when the time is over. */
  quiet(o: Waiting & { ms: number }): Promise<boolean>
}

export type Waiting = {
  readonly sinceMs: number
  readonly withinMs: number
  readonly signal: AbortSignal
}

type Heard = { firstFrameMs: number | null; firstAudibleMs: number | null; lastFrameMs: number }

export function createHearing(): Hearing {
  const gapsMs: number[] = []
  const begun: number[] = []
  const checks = new Set<(nowMs: number) => void>()
  const heard: Heard = { firstFrameMs: null, firstAudibleMs: null, lastFrameMs: 0 }
  let frames = 0
  let lastAudibleMs: number | null = null

  function note(pcm: Int16Array, atMs: number): void {
    if (heard.firstFrameMs === null) heard.firstFrameMs = atMs
    else gapsMs.push(atMs - heard.lastFrameMs)
    heard.lastFrameMs = atMs
    frames++
    if (levelDb(pcm) < audibleDb) return
    heard.firstAudibleMs ??= atMs
    if (lastAudibleMs === null || atMs - lastAudibleMs > newSoundMs) begun.push(atMs)
    lastAudibleMs = atMs
  }

  /** The last sound, if it is no older. */
  function audibleSince(sinceMs: number): number | null {
    return lastAudibleMs !== null && lastAudibleMs >= sinceMs ? lastAudibleMs : null
  }

  /** Asks at every frame, until the answer is not null, the time is over, or the call is. */
  function until<T>(ask: (nowMs: number) => T | null, o: Waiting): Promise<T | null> {
    const { promise, resolve, reject } = Promise.withResolvers<T | null>()
    const check = (nowMs: number): void => {
      const answer = ask(nowMs)
      if (answer !== null) resolve(answer)
    }
    const abort = (): void => reject(o.signal.reason)
    const timer = setTimeout(resolve, o.withinMs, null)
    checks.add(check)
    o.signal.addEventListener('abort', abort, { once: true })
    if (o.signal.aborted) abort()
    check(performance.now())
    return promise.finally(() => {
      clearTimeout(timer)
      checks.delete(check)
      o.signal.removeEventListener('abort', abort)
    })
  }

  return {
    get firstFrameMs() {
      return heard.firstFrameMs
    },
    get firstAudibleMs() {
      return heard.firstAudibleMs
    },
    get frames() {
      return frames
    },
    gapsMs,
    onAudio(pcm, atMs) {
      note(pcm, atMs)
      for (const check of checks) check(atMs)
    },
    heard: (o) => until(() => audibleSince(o.sinceMs), o),
    begins: (o) => until(() => begun.find((atMs) => atMs >= o.sinceMs) ?? null, o),
    async quiet(o) {
      const over = (nowMs: number): boolean => {
        const lastMs = audibleSince(o.sinceMs)
        return lastMs !== null && nowMs - lastMs >= o.ms
      }
      return (await until((nowMs) => (over(nowMs) ? true : null), o)) === true
    },
  }
}
