import type { Rate } from '../audio/frames.ts'
import type { Clip } from './clip.ts'
import type { Utterance } from './utterance.ts'

/** The side of an utterance that its synthesis writes to. Nothing changes any more once it is complete. */
export interface GrowingUtterance extends Utterance {
  by: string | null
  push(samples: Int16Array): void
  finish(failed: Error | null): void
}

export function growUtterance(text: string, rate: Rate): GrowingUtterance {
  const chunks: Int16Array[] = []
  const listeners = new Set<() => void>()
  let complete = false
  let failed: Error | null = null
  const notify = (): void => {
    for (const listener of [...listeners]) listener()
  }
  return {
    text,
    rate,
    chunks,
    by: null,
    get complete() {
      return complete
    },
    get failed() {
      return failed
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    push(samples) {
      if (complete || samples.length === 0) return
      chunks.push(samples)
      notify()
    },
    finish(error) {
      if (complete) return
      complete = true
      failed = error
      notify()
      listeners.clear()
    },
  }
}

/** An utterance that comes from memory. */
export function utteranceOf(text: string, clip: Clip): Utterance {
  const chunks = clip.samples.length === 0 ? [] : [clip.samples]
  return {
    text,
    rate: clip.rate,
    chunks,
    complete: true,
    failed: null,
    by: 'cache',
    subscribe: () => () => {},
  }
}

/** Joins what has arrived into one clip. */
export function clipOf({ rate, chunks }: Utterance): Clip {
  const samples = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    samples.set(chunk, at)
    at += chunk.length
  }
  return { rate, samples }
}

/** Resolves when the utterance is complete, failed or not. Rejects when `signal` aborts. */
export function whenComplete(utterance: Utterance, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (utterance.complete) {
      resolve()
      return
    }
    const onAbort = (): void => {
      stop()
      reject(signal.reason)
    }
    const stop = utterance.subscribe(() => {
      if (!utterance.complete) return
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
