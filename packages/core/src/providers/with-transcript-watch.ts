import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProviderError } from '../errors.ts'
import { createPcmDecoder } from '../speech/pcm-decoder.ts'
import { createSoundMeter, type SoundMeter } from './sound-meter.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import { likeStt } from './tap.ts'

/** So much sound should have brought words; less may be a cough. */
const leastSoundMs = 1_000
/** Turns in a row without words on one leg: one may be a motor at the gate, two in a row are rarely. */
const mostSpeechless = 2
/** So many different legs in a row without words, and one such turn is enough on the next. */
const mostSpeechlessLegs = 3
/** What may come of turns that are not done: a partial every 20 ms for 20 s, and as many finals. */
const mostParts = 2_000
/** After so many parts others have their turn: a recogniser may send faster than anybody reads. */
const partsAtOnce = 64
const mostTurns = 16

type Watched = { readonly meter: SoundMeter; words: boolean }
/** Legs of one recogniser without words since it last understood any. */
type SpeechlessLegs = Set<symbol>

type WatchOptions = {
  readonly name: string
  readonly another: boolean
  readonly rate: number
  readonly legs: SpeechlessLegs
}

/**
 * Notices a recogniser that hears a voice but sends no words, which is how some outages look, and one that sends
 * without end. Where `another` stands behind, its stream fails with a retryable ProviderError instead of the turn's
 * `done`, so that the other gets the turn; the last one's turn is done with the error.
 */
export function withTranscriptWatch(
  stt: SpeechToText,
  o: { readonly name: string; readonly another: boolean },
): SpeechToText {
  const legs: SpeechlessLegs = new Set()
  return likeStt(stt, async (asked) => {
    const opened = await stt.open(asked)
    return new WatchedTranscriber(opened, { ...o, rate: asked.rate, legs })
  })
}

class WatchedTranscriber implements Transcriber {
  readonly heard: AsyncIterable<Heard>
  readonly #transcriber: Transcriber
  readonly #o: WatchOptions
  readonly #leg: symbol
  readonly #turns = new Map<number, Watched>()
  #decode = createPcmDecoder()
  #running: Watched | null = null
  #speechless = 0
  #parts = 0

  constructor(transcriber: Transcriber, o: WatchOptions) {
    this.#transcriber = transcriber
    this.#o = o
    this.#leg = Symbol(o.name)
    this.heard = this.#watch()
  }

  get by(): string | undefined {
    return this.#transcriber.by
  }

  begin(...[turn, options]: Parameters<Transcriber['begin']>): void {
    const [oldest] = this.#turns.keys()
    if (this.#turns.size >= mostTurns && oldest !== undefined) this.#turns.delete(oldest)
    this.#running = { meter: createSoundMeter(this.#o.rate), words: false }
    this.#decode = createPcmDecoder()
    this.#turns.set(turn, this.#running)
    this.#transcriber.begin(turn, options)
  }

  write(pcm: Uint8Array): void {
    this.#running?.meter.add(this.#decode(pcm))
    this.#transcriber.write(pcm)
  }

  end(turn: number): void {
    this.#running = null
    this.#transcriber.end(turn)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#transcriber[Symbol.asyncDispose]()
  }

  #understood(turn: number): void {
    const watched = this.#turns.get(turn)
    if (watched !== undefined) watched.words = true
    this.#speechless = 0
    this.#o.legs.clear()
  }

  /** What is wrong with the recogniser, now that it is done with a turn; null: nothing, or it is too early to say. */
  #judge(watched: Watched): ProviderError | null {
    if (watched.words || watched.meter.soundMs < leastSoundMs) return null
    const { name, legs } = this.#o
    this.#speechless += 1
    if (legs.size < mostSpeechlessLegs) legs.add(this.#leg)
    const isDeaf = this.#speechless >= mostSpeechless
    if (!isDeaf && legs.size < mostSpeechlessLegs) return null
    const many = isDeaf ? `for ${this.#speechless} turns in a row` : `on ${legs.size} legs`
    return new ProviderError(name, `${name} heard a voice, but sent no words ${many}`, {
      retryable: true,
    })
  }

  #take(heard: Heard): Heard {
    if (heard.type === 'final' && heard.text.trim() !== '') this.#understood(heard.turn)
    const watched = heard.type === 'done' ? this.#turns.get(heard.turn) : undefined
    if (heard.type !== 'done' || watched === undefined) {
      this.#parts += 1
      if (this.#parts <= mostParts) return heard
      const message = `${this.#o.name} sent more than ${mostParts} parts of one turn`
      throw new ProviderError(this.#o.name, message, { retryable: true })
    }
    this.#parts = 0
    this.#turns.delete(heard.turn)
    const error = this.#judge(watched)
    if (error === null) return heard
    if (this.#o.another) throw error
    return { ...heard, error }
  }

  async *#watch(): AsyncGenerator<Heard> {
    let sent = 0
    for await (const heard of this.#transcriber.heard) {
      yield this.#take(heard)
      sent += 1
      if (sent % partsAtOnce === 0) await nextTurn()
    }
  }
}
