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

type LineOptions = {
  readonly open: (signal: AbortSignal) => Promise<Transcriber>
  readonly onHeard: (heard: Heard) => void
  /** What it was told is lost. */
  readonly onLost: () => void
  readonly signal: AbortSignal
  readonly log: Log
}

export function keepTranscriber(o: LineOptions): TranscriberLine {
  return new KeptTranscriber(o)
}

class KeptTranscriber implements TranscriberLine {
  listening = true
  canHear = true
  readonly #o: LineOptions
  readonly #ending = new AbortController()
  readonly #signal: AbortSignal
  readonly #keeping: Promise<void>
  readonly #waiting: Waiting[] = []
  #isLogged = false
  #current: Transcriber | null = null
  #broken = new AbortController()
  #waitMs = firstWaitMs

  constructor(o: LineOptions) {
    this.#o = o
    this.#signal = AbortSignal.any([o.signal, this.#ending.signal])
    this.#keeping = this.#keep().catch(() => undefined)
  }

  get by(): string | undefined {
    return this.#current?.by
  }

  tell(call: (transcriber: Transcriber) => void): void {
    if (!this.listening) return
    if (this.#current !== null) this.#use(this.#current, call)
    else this.#waiting.push({ call, isSound: false })
  }

  write(pcm: Uint8Array): void {
    if (!this.listening) return
    if (this.#current !== null) return this.#use(this.#current, (to) => to.write(pcm))
    const kept = pcm.slice()
    const waiting = this.#waiting
    const blocks = waiting.filter(({ isSound }) => isSound)
    const [oldest] = blocks
    if (oldest !== undefined && blocks.length >= mostBlocks) {
      waiting.splice(waiting.indexOf(oldest), 1)
    }
    waiting.push({ call: (transcriber) => transcriber.write(kept), isSound: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('the leg is over'))
    await this.#keeping
  }

  /** One that throws is lost; the call goes on. */
  #use(transcriber: Transcriber, call: (transcriber: Transcriber) => void): void {
    try {
      call(transcriber)
    } catch (error) {
      this.#current = null
      this.#lose()
      this.#broken.abort(error)
    }
  }

  #lose(): void {
    if (!this.listening) return
    this.listening = false
    this.canHear = false
    this.#waiting.length = 0
    if (!this.#signal.aborted) this.#o.onLost()
  }

  #hear(heard: Heard): void {
    if (heard.type === 'final' && heard.text.trim() !== '') {
      this.#waitMs = firstWaitMs
      this.canHear = true
      if (this.#isLogged) this.#o.log.info({}, 'speech recognition works again on this leg')
      this.#isLogged = false
    }
    this.#o.onHeard(heard)
  }

  async #close(transcriber: Transcriber): Promise<void> {
    try {
      await transcriber[Symbol.asyncDispose]()
    } catch (error) {
      this.#o.log.warn({ error: messageOf(error) }, 'the recogniser could not be closed')
    }
  }

  /** Throws when the transcriber fails or ends. */
  async #listen(): Promise<never> {
    const signal = this.#signal
    const opened = await this.#o.open(signal)
    try {
      signal.throwIfAborted()
      this.#broken = new AbortController()
      const lost = AbortSignal.any([signal, this.#broken.signal])
      const parts = opened.heard[Symbol.asyncIterator]()
      this.listening = true
      this.#current = opened
      for (const { call } of this.#waiting.splice(0)) {
        if (this.#current !== null) this.#use(opened, call)
      }
      for (;;) {
        const next = await orAbort(parts.next(), lost)
        if (next.done === true) throw new Error('the recogniser ended its stream')
        this.#hear(next.value)
      }
    } finally {
      this.#current = null
      const closing = this.#close(opened)
      // One that failed is not waited for: it may never close.
      if (signal.aborted) await closing
    }
  }

  async #keep(): Promise<void> {
    const { log } = this.#o
    for (;;) {
      const error: unknown = await this.#listen().catch((failure: unknown) => failure)
      if (this.#signal.aborted) return
      this.#lose()
      const fields = { error: messageOf(error) }
      if (this.#isLogged) log.debug(fields, 'speech recognition does not work yet on this leg')
      else log.error(fields, 'speech recognition failed on this leg')
      this.#isLogged = true
      if (isProviderError(error) && !error.retryable) return
      await pause(this.#waitMs, undefined, { signal: this.#signal })
      this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs)
    }
  }
}
