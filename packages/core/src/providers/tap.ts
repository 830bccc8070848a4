import type { Providers } from '../plugin.ts'
import type { Conversation, Dialogue, Reply } from './dialogue.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import type { Speech, TextToSpeech } from './text-to-speech.ts'

/** The kinds of provider that a visitor waits for. */
export type SpokenKind = 'stt' | 'tts' | 'dialogue'

/** What is asked of a provider. A `turn` lasts from core's end of it to its `done`. */
export type Operation = 'open' | 'turn' | 'synthesize' | 'reply'

export type Outcome =
  | { readonly type: 'ok' }
  /** Nobody waited any more. */
  | { readonly type: 'aborted' }
  | { readonly type: 'failed'; readonly error: unknown }

/** One use of a provider, as somebody beside it sees it. `end` is called once. */
export type Use = {
  /** The first sound, or the first part of a reply. May be called again. */
  first(): void
  end(outcome: Outcome): void
}

/** Called when a use begins; may throw a ProviderError to refuse it. */
export type BeginUse = (operation: Operation) => Use

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  return signal.aborted ? { type: 'aborted' } : { type: 'failed', error }
}

async function tapOnce<T>(work: () => Promise<T>, use: Use, signal: AbortSignal): Promise<T> {
  try {
    const result = await work()
    use.end({ type: 'ok' })
    return result
  } catch (error) {
    use.end(outcomeOf(error, signal))
    throw error
  }
}

/** Passes parts on; whoever leaves before the end aborted the use. */
async function* tapParts<T>(
  parts: () => AsyncIterable<T>,
  use: Use,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let outcome: Outcome = { type: 'aborted' }
  try {
    for await (const part of parts()) {
      use.first()
      yield part
    }
    outcome = { type: 'ok' }
  } catch (error) {
    outcome = outcomeOf(error, signal)
    throw error
  } finally {
    use.end(outcome)
  }
}

/** `tts` with another way to synthesise. */
export function likeTts(tts: TextToSpeech, synthesize: TextToSpeech['synthesize']): TextToSpeech {
  return {
    get cacheId() {
      return tts.cacheId
    },
    synthesize,
    ...(tts.warm === undefined ? {} : { warm: (o) => tts.warm?.(o) ?? Promise.resolve() }),
  }
}

/** `speech` with its sound passed through something. */
export function likeSpeech(speech: Speech, audio: Speech['audio']): Speech {
  return {
    rate: speech.rate,
    audio,
    get by() {
      return speech.by
    },
    keep: () => speech.keep?.() ?? true,
  }
}

/** `dialogue` with another way to open a conversation. */
export function likeDialogue(dialogue: Dialogue, open: Dialogue['open']): Dialogue {
  return {
    get speculative() {
      return dialogue.speculative
    },
    phrases: (language) => dialogue.phrases?.(language) ?? [],
    open,
  }
}

/** `stt` with another way to open a leg. */
export function likeStt(stt: SpeechToText, open: SpeechToText['open']): SpeechToText {
  return { rates: stt.rates, partials: stt.partials, open }
}

function tapTts(tts: TextToSpeech, begin: BeginUse): TextToSpeech {
  return likeTts(tts, async (sentence, o) => {
    const use = begin('synthesize')
    try {
      const speech = await tts.synthesize(sentence, o)
      return likeSpeech(
        speech,
        tapParts(() => speech.audio, use, o.signal),
      )
    } catch (error) {
      use.end(outcomeOf(error, o.signal))
      throw error
    }
  })
}

class TappedConversation implements Conversation {
  readonly #conversation: Conversation
  readonly #begin: BeginUse

  constructor(conversation: Conversation, begin: BeginUse) {
    this.#conversation = conversation
    this.#begin = begin
  }

  get by(): string | undefined {
    return this.#conversation.by
  }

  async *reply(...[turn, o]: Parameters<Conversation['reply']>): AsyncGenerator<Reply> {
    yield* tapParts(() => this.#conversation.reply(turn, o), this.#begin('reply'), o.signal)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#conversation[Symbol.asyncDispose]()
  }
}

function tapDialogue(dialogue: Dialogue, begin: BeginUse): Dialogue {
  return likeDialogue(dialogue, async (call, o) => {
    const opened = await tapOnce(() => dialogue.open(call, o), begin('open'), o.signal)
    return new TappedConversation(opened, begin)
  })
}

function tapStt(stt: SpeechToText, begin: BeginUse): SpeechToText {
  return likeStt(stt, async (o) => {
    const opened = await tapOnce(() => stt.open(o), begin('open'), o.signal)
    return new TappedTranscriber(opened, begin, o.signal)
  })
}

/** A class: an object literal with a getter, and closures for each method, cost a call about 1 KB in every layer. */
class TappedTranscriber implements Transcriber {
  readonly heard: AsyncIterable<Heard>
  readonly #transcriber: Transcriber
  readonly #begin: BeginUse
  readonly #signal: AbortSignal
  readonly #turns = new Map<number, Use>()
  #closed = false

  constructor(transcriber: Transcriber, begin: BeginUse, signal: AbortSignal) {
    this.#transcriber = transcriber
    this.#begin = begin
    this.#signal = signal
    this.heard = this.#hear()
  }

  get by(): string | undefined {
    return this.#transcriber.by
  }

  begin(...[turn, o]: Parameters<Transcriber['begin']>): void {
    this.#transcriber.begin(turn, o)
  }

  write(pcm: Uint8Array): void {
    this.#transcriber.write(pcm)
  }

  end(turn: number): void {
    this.#beginUse(turn)
    this.#transcriber.end(turn)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#transcriber[Symbol.asyncDispose]()
    this.#endAll({ type: 'aborted' })
  }

  #beginUse(turn: number): void {
    try {
      this.#turns.set(turn, this.#begin('turn'))
    } catch {
      // A leg that is open is used: only new ones are refused.
    }
  }

  #endAll(outcome: Outcome): void {
    for (const use of this.#turns.values()) use.end(outcome)
    this.#turns.clear()
  }

  async *#hear(): AsyncGenerator<Heard> {
    const turns = this.#turns
    try {
      for await (const each of this.#transcriber.heard) {
        const use = turns.get(each.turn)
        if (each.type === 'final') use?.first()
        if (each.type === 'done') {
          turns.delete(each.turn)
          use?.end(
            each.error === undefined ? { type: 'ok' } : { type: 'failed', error: each.error },
          )
        }
        yield each
      }
      this.#endAll({ type: 'aborted' })
    } catch (error) {
      // A connection that breaks between two turns has failed, too.
      if (turns.size === 0 && !this.#signal.aborted && !this.#closed) this.#beginUse(-1)
      this.#endAll(this.#closed ? { type: 'aborted' } : outcomeOf(error, this.#signal))
      throw error
    }
  }
}

const taps: { [K in SpokenKind]: (provider: Providers[K], begin: BeginUse) => Providers[K] } = {
  stt: tapStt,
  tts: tapTts,
  dialogue: tapDialogue,
}

/** The same provider, with somebody beside it who sees each use begin and end. */
export function tap<K extends SpokenKind>(
  kind: K,
  provider: Providers[K],
  begin: BeginUse,
): Providers[K] {
  return taps[kind](provider, begin)
}
