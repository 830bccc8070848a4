import { orAbort } from '../abortable.ts'
import { type Clock, monotonic } from '../clock.ts'
import { ProviderError } from '../errors.ts'
import type { Providers } from '../plugin.ts'
import { closeQuietly } from './fall-back.ts'
import type { Conversation, Dialogue, Reply } from './dialogue.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import { likeDialogue, likeSpeech, likeStt, likeTts, type SpokenKind } from './tap.ts'
import type { TextToSpeech } from './text-to-speech.ts'
import { inTime, timedParts } from './timed-parts.ts'

/** How long a provider may take, in milliseconds; after that it failed, with a retryable ProviderError. */
export type TimeLimits = {
  /** `finalMs`: from the end of a turn to its `done`. */
  readonly stt: { readonly openMs: number; readonly finalMs: number }
  /** `firstMs`: to the first sound. `nextMs`: between two chunks. */
  readonly tts: { readonly firstMs: number; readonly nextMs: number; readonly totalMs: number }
  /** `firstMs`: to the first part of a reply. `nextMs`: between two. */
  readonly dialogue: {
    readonly openMs: number
    readonly firstMs: number
    readonly nextMs: number
    readonly totalMs: number
  }
}

type Named<Limits> = Limits & { readonly name: string; readonly clock?: Clock }

/** A provider whose failures are of our making has them cancelled: its signal aborts when the caller's does, or when it is late. */
function stopWith(signal: AbortSignal): { stop: AbortController; both: AbortSignal } {
  const stop = new AbortController()
  return { stop, both: AbortSignal.any([signal, stop.signal]) }
}

/** Opens something in time; what comes too late is closed. */
async function openInTime<T extends AsyncDisposable>(
  open: (signal: AbortSignal) => Promise<T>,
  o: { name: string; what: string; ms: number; signal: AbortSignal },
): Promise<T> {
  // What is open lives under the caller's signal and this one: it must not abort after a success.
  const { stop, both } = stopWith(o.signal)
  const opening = open(both)
  try {
    return await inTime(opening, { ...o, stop })
  } catch (error) {
    opening.then(closeQuietly, () => undefined)
    throw error
  }
}

function timedTts(tts: TextToSpeech, o: Named<TimeLimits['tts']>): TextToSpeech {
  const { clock = monotonic, name } = o
  return likeTts(tts, async (sentence, asked) => {
    const { stop, both } = stopWith(asked.signal)
    const startedMs = clock()
    const what = 'the first sound'
    const synthesis = tts.synthesize(sentence, { ...asked, signal: both })
    const speech = await inTime(synthesis, {
      name,
      what,
      ms: o.firstMs,
      stop,
      signal: asked.signal,
    })
    const takenMs = clock() - startedMs
    const limits = { ...o, firstMs: o.firstMs - takenMs, totalMs: o.totalMs - takenMs }
    const audio = timedParts(speech.audio, {
      ...limits,
      what: 'speech',
      stop,
      signal: asked.signal,
    })
    return likeSpeech(speech, audio)
  })
}

function timedDialogue(dialogue: Dialogue, o: Named<TimeLimits['dialogue']>): Dialogue {
  return likeDialogue(dialogue, async (call, asked) => {
    const { name, openMs: ms } = o
    const what = 'opening a conversation'
    const conversation = await openInTime<Conversation>(
      (signal) => dialogue.open(call, { ...asked, signal }),
      { name, what, ms, signal: asked.signal },
    )
    return new TimedConversation(conversation, o)
  })
}

class TimedConversation implements Conversation {
  readonly #conversation: Conversation
  readonly #o: Named<TimeLimits['dialogue']>

  constructor(conversation: Conversation, o: Named<TimeLimits['dialogue']>) {
    this.#conversation = conversation
    this.#o = o
  }

  get by(): string | undefined {
    return this.#conversation.by
  }

  async *reply(...[turn, { signal }]: Parameters<Conversation['reply']>): AsyncGenerator<Reply> {
    const { stop, both } = stopWith(signal)
    const parts = this.#conversation.reply(turn, { signal: both })
    yield* timedParts(parts, { ...this.#o, what: 'a reply', stop, signal })
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#conversation[Symbol.asyncDispose]()
  }
}

function timedStt(stt: SpeechToText, o: Named<TimeLimits['stt']>): SpeechToText {
  return likeStt(stt, async (asked) => {
    const { name, openMs: ms } = o
    const opened = await openInTime<Transcriber>((signal) => stt.open({ ...asked, signal }), {
      name,
      what: 'opening a leg',
      ms,
      signal: asked.signal,
    })
    return new TimedTranscriber(opened, o)
  })
}

class TimedTranscriber implements Transcriber {
  readonly heard: AsyncIterable<Heard>
  readonly #transcriber: Transcriber
  readonly #o: Named<TimeLimits['stt']>
  readonly #late = new AbortController()
  readonly #timers = new Map<number, NodeJS.Timeout>()

  constructor(transcriber: Transcriber, o: Named<TimeLimits['stt']>) {
    this.#transcriber = transcriber
    this.#o = o
    this.heard = this.#hear()
  }

  get by(): string | undefined {
    return this.#transcriber.by
  }

  begin(...[turn, options]: Parameters<Transcriber['begin']>): void {
    this.#transcriber.begin(turn, options)
  }

  write(pcm: Uint8Array): void {
    this.#transcriber.write(pcm)
  }

  end(turn: number): void {
    this.#forget(turn)
    if (!this.#late.signal.aborted) {
      this.#timers.set(
        turn,
        setTimeout(() => this.#tooSlow(), this.#o.finalMs),
      )
    }
    this.#transcriber.end(turn)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forgetAll()
    await this.#transcriber[Symbol.asyncDispose]()
  }

  #tooSlow(): void {
    const { name, finalMs } = this.#o
    const message = `${name}: a transcript took more than ${finalMs} ms`
    this.#late.abort(new ProviderError(name, message, { retryable: true }))
  }

  #forget(turn: number): void {
    clearTimeout(this.#timers.get(turn))
    this.#timers.delete(turn)
  }

  #forgetAll(): void {
    for (const turn of this.#timers.keys()) this.#forget(turn)
  }

  async *#hear(): AsyncGenerator<Heard> {
    const parts = this.#transcriber.heard[Symbol.asyncIterator]()
    let ended = false
    try {
      for (;;) {
        const next = await orAbort(parts.next(), this.#late.signal)
        if (next.done === true) {
          ended = true
          return
        }
        if (next.value.type === 'done') this.#forget(next.value.turn)
        yield next.value
      }
    } finally {
      this.#forgetAll()
      if (!ended) void Promise.resolve(parts.return?.()).catch(() => undefined)
    }
  }
}

const timed: {
  [K in SpokenKind]: (provider: Providers[K], o: Named<TimeLimits[K]>) => Providers[K]
} = { stt: timedStt, tts: timedTts, dialogue: timedDialogue }

/** The same provider, which fails with a retryable ProviderError where it would take longer. */
export function withTimeout<K extends SpokenKind>(
  kind: K,
  provider: Providers[K],
  o: Named<TimeLimits[K]>,
): Providers[K] {
  return timed[kind](provider, o)
}
