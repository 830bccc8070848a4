import { setTimeout as pause } from 'node:timers/promises'
import { orAbort } from '../abortable.ts'
import { isProviderError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Heard, Transcriber } from '../providers/speech-to-text.ts'

/** What is kept for a transcriber that is still connecting, in blocks of 100 ms. */
const mostBlocks = 20
/** A transcriber that was lost is opened anew after this; doubled each time, until one has understood something. */
const firstWaitMs = 1_000
const longestWaitMs = 15_000

/**
 * A leg's transcriber for as long as the leg lives: when it fails, another is opened after a while, unless the error is
 * permanent. Disposing never rejects.
 */
export interface TranscriberLine extends AsyncDisposable {
  /** From the beginning, while it connects; false from a failure until another is open. */
  readonly listening: boolean
  /** False from a failure until words came again: that another is open is no proof. */
  readonly canHear: boolean
  readonly by: string | undefined
  /** Now, or when it is connected; never while it does not listen. */
  tell(call: (transcriber: Transcriber) => void): void
  /** Borrowed until return. */
  write(pcm: Uint8Array): void
}

type Waiting = { readonly call: (transcriber: Transcriber) => void; readonly isSound: boolean }

export function keepTranscriber(o: {
  open: (signal: AbortSignal) => Promise<Transcriber>
  onHeard: (heard: Heard) => void
  /** What it was told is lost. */
  onLost: () => void
  signal: AbortSignal
  log: Log
}): TranscriberLine {
  const ending = new AbortController()
  const signal = AbortSignal.any([o.signal, ending.signal])
  const waiting: Waiting[] = []
  let listening = true
  let canHear = true
  let isLogged = false
  let current: Transcriber | null = null
  let broken = new AbortController()
  let waitMs = firstWaitMs

  /** One that throws is lost; the call goes on. */
  function use(transcriber: Transcriber, call: (transcriber: Transcriber) => void): void {
    try {
      call(transcriber)
    } catch (error) {
      current = null
      lose()
      broken.abort(error)
    }
  }

  function lose(): void {
    if (!listening) return
    listening = false
    canHear = false
    waiting.length = 0
    if (!signal.aborted) o.onLost()
  }

  function hear(heard: Heard): void {
    if (heard.type === 'final' && heard.text.trim() !== '') {
      waitMs = firstWaitMs
      canHear = true
      if (isLogged) o.log.info({}, 'speech recognition works again on this leg')
      isLogged = false
    }
    o.onHeard(heard)
  }

  async function close(transcriber: Transcriber): Promise<void> {
    try {
      await transcriber[Symbol.asyncDispose]()
    } catch (error) {
      o.log.warn({ error: messageOf(error) }, 'the recogniser could not be closed')
    }
  }

  /** Throws when the transcriber fails or ends. */
  async function listen(): Promise<never> {
    const opened = await o.open(signal)
    try {
      signal.throwIfAborted()
      broken = new AbortController()
      const lost = AbortSignal.any([signal, broken.signal])
      const parts = opened.heard[Symbol.asyncIterator]()
      listening = true
      current = opened
      for (const { call } of waiting.splice(0)) if (current !== null) use(opened, call)
      for (;;) {
        const next = await orAbort(parts.next(), lost)
        if (next.done === true) throw new Error('the recogniser ended its stream')
        hear(next.value)
      }
    } finally {
      current = null
      const closing = close(opened)
      // One that failed is not waited for: it may never close.
      if (signal.aborted) await closing
    }
  }

  async function keep(): Promise<void> {
    for (;;) {
      const error: unknown = await listen().catch((failure: unknown) => failure)
      if (signal.aborted) return
      lose()
      const fields = { error: messageOf(error) }
      if (isLogged) o.log.debug(fields, 'speech recognition does not work yet on this leg')
      else o.log.error(fields, 'speech recognition failed on this leg')
      isLogged = true
      if (isProviderError(error) && !error.retryable) return
      await pause(waitMs, undefined, { signal })
      waitMs = Math.min(2 * waitMs, longestWaitMs)
    }
  }
  const keeping = keep().catch(() => undefined)

  return {
    get listening() {
      return listening
    },
    get canHear() {
      return canHear
    },
    get by() {
      return current?.by
    },
    tell(call) {
      if (!listening) return
      if (current !== null) use(current, call)
      else waiting.push({ call, isSound: false })
    },
    write(pcm) {
      if (!listening) return
      if (current !== null) return use(current, (transcriber) => transcriber.write(pcm))
      const kept = pcm.slice()
      const blocks = waiting.filter(({ isSound }) => isSound)
      const [oldest] = blocks
      if (oldest !== undefined && blocks.length >= mostBlocks) {
        waiting.splice(waiting.indexOf(oldest), 1)
      }
      waiting.push({ call: (transcriber) => transcriber.write(kept), isSound: true })
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the leg is over'))
      await keeping
    },
  }
}
