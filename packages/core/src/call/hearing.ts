import { createResampler, type Resampler } from '../audio/resample.ts'
import type { Rate } from '../audio/frames.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Heard, SpeechToText } from '../providers/speech-to-text.ts'
import { createPcmBlocks, type PcmBlocks } from './pcm-blocks.ts'
import { createToldTurns, type ToldTurns } from './told-turns.ts'
import { keepTranscriber, type TranscriberLine } from './transcriber-line.ts'
import { createTurnWords, type TurnWords, type TurnWordsEvents } from './turn-words.ts'

/** How long after the end of a turn its transcript may come. */
const transcriptTimeoutMs = 5_000
/**
 * Some recognisers give the final at once and say much later that they are done. So long after the last final, and no
 * partial since, the words are taken for all. It is a trade: one that sends several finals slowly, without partials,
 * has its turn told in two parts (the second is `late`); then its `done` is waited for as long as the leg lives.
 */
const doneLateMs = 300

/** `by`: who understood it, where that is known. */
export type Transcript = { text: string; confidence?: number; by?: string }

/** What is told of turns beside their transcripts. */
export type HearingEvents = TurnWordsEvents & {
  /** Words of a turn whose transcript was given already. */
  late(transcript: Transcript): void
}

/**
 * One leg's way to its transcriber: frames in all the time, one transcript out for each turn. Disposing never
 * rejects.
 */
export interface Hearing extends AsyncDisposable {
  /** False from a failure until words came again; turns are heard as soon as a recogniser is open. */
  readonly canHear: boolean
  /** Every frame of the leg, in a turn or not. Synchronous; `pcm` is borrowed. */
  frame(pcm: Int16Array): void
  begin(): void
  /**
   * The turn is over; `onTranscript` gets its text, exactly once: '' when nothing was understood, null when the
   * recogniser was lost before it was, and has not shown since that it works.
   */
  end(lastVoiceMs: number, onTranscript: (transcript: Transcript | null) => void): void
  /** What began was no speech. */
  drop(): void
}

/** `early` and `too-late`: its recogniser is not done with it, and more may come. */
type Finish = 'done' | 'lost' | 'early' | 'too-late'

type Pending = {
  readonly words: TurnWords
  done: boolean
  /** Of an ended turn. */
  ended: {
    readonly atMs: number
    readonly lastVoiceMs: number
    readonly finish: (why: Finish) => void
  } | null
  early: NodeJS.Timeout | undefined
}

type HearingOptions = {
  readonly stt: SpeechToText
  readonly rate: Rate
  readonly language: string
  /** Asked at the beginning of each turn. */
  readonly hints: () => readonly string[]
  readonly expect: 'open' | 'yes-no' | 'unit'
  /** Null where nobody may act on words before their turn is done, nor on words that come after it. */
  readonly events: HearingEvents | null
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Log
}

export function createHearing(o: HearingOptions): Hearing {
  return new LegHearing(o)
}

class LegHearing implements Hearing {
  readonly #o: HearingOptions
  readonly #resampler: Resampler | null
  readonly #blocks: PcmBlocks
  readonly #turns = new Map<number, Pending>()
  readonly #told: ToldTurns
  readonly #line: TranscriberLine
  #turn = 0
  #inTurn = false

  constructor(o: HearingOptions) {
    const { stt, language, rate } = o
    const sttRate = stt.rates.includes(rate) ? rate : (stt.rates[0] ?? rate)
    this.#o = o
    this.#resampler = sttRate === rate ? null : createResampler(rate, sttRate)
    this.#blocks = createPcmBlocks(sttRate)
    this.#told = createToldTurns(o.clock)
    this.#line = keepTranscriber({
      open: (signal) => stt.open({ rate: sttRate, languages: [language], signal }),
      onHeard: (heard) => this.#take(heard),
      onLost: () => this.#lose(),
      signal: o.signal,
      log: o.log,
    })
  }

  get canHear(): boolean {
    return this.#line.canHear
  }

  frame(pcm: Int16Array): void {
    const samples = this.#resampler === null ? pcm : this.#resampler.push(pcm)
    this.#blocks.add(samples, this.#inTurn ? this.#write : null)
  }

  begin(): void {
    this.#turn += 1
    if (!this.#line.listening) return
    const begun = this.#turn
    const words = this.#wordsOf(begun)
    this.#turns.set(begun, { words, done: false, ended: null, early: undefined })
    const { hints, expect } = this.#o
    this.#line.tell((opened) => opened.begin(begun, { hints: hints(), expect }))
    this.#inTurn = true
    this.#blocks.flush(this.#write)
  }

  end(...[lastVoiceMs, onTranscript]: Parameters<Hearing['end']>): void {
    const ended = this.#turn
    const pending = this.#turns.get(ended)
    if (pending === undefined) {
      this.#inTurn = false
      return onTranscript(null)
    }
    this.#blocks.flush(this.#write)
    this.#inTurn = false
    const atMs = this.#o.clock()
    const timer = setTimeout(() => pending.ended?.finish('too-late'), transcriptTimeoutMs)
    pending.ended = {
      atMs,
      lastVoiceMs,
      finish: (why) => {
        clearTimeout(timer)
        pending.ended = null
        onTranscript(this.#finish(ended, pending.words, why))
      },
    }
    this.#line.tell((opened) => opened.end(ended))
    if (pending.done) pending.ended?.finish('done')
    else this.#awaitDone(pending)
  }

  drop(): void {
    this.#inTurn = false
    const dropped = this.#turn
    if (!this.#turns.has(dropped)) return
    this.#forget(dropped)
    this.#line.tell((opened) => opened.end(dropped))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lose()
    await this.#line[Symbol.asyncDispose]()
  }

  /** What an ended turn came to. */
  #finish(turn: number, words: TurnWords, why: Finish): Transcript | null {
    this.#forget(turn)
    if (why === 'early' || why === 'too-late') {
      this.#told.add(turn, { finals: words.finals, isEarly: why === 'early' })
    }
    const transcript = words.transcript()
    // Half an answer is a doubt, where an answer decides.
    const mayBeHalf = why === 'lost' && this.#o.events === null
    const isDeaf = why === 'lost' || !this.#line.canHear
    return mayBeHalf || (isDeaf && transcript.text === '') ? null : transcript
  }

  #lose(): void {
    this.#told.clear()
    for (const [turn, pending] of this.#turns) {
      this.#forget(turn)
      pending.ended?.finish('lost')
    }
  }

  #forget(turn: number): void {
    const pending = this.#turns.get(turn)
    this.#turns.delete(turn)
    clearTimeout(pending?.early)
    pending?.words.close()
  }

  #take(heard: Heard): void {
    const pending = this.#turns.get(heard.turn)
    if (pending === undefined) return this.#takeLate(heard)
    const { words, ended } = pending
    if (heard.type === 'done') {
      pending.done = true
      ended?.finish('done')
    } else if (heard.type === 'final') {
      words.final(heard.text, { confidence: heard.confidence, by: this.#line.by })
      this.#awaitDone(pending)
    } else if (this.#o.events !== null) {
      if (heard.type === 'partial') words.partial(heard.text)
      else words.speechEnded()
    }
  }

  #takeLate(heard: Heard): void {
    if (heard.type === 'done') this.#told.forget(heard.turn)
    if (heard.type !== 'final') return
    const { turn, text, confidence } = heard
    const transcript = this.#told.late(turn, { text, confidence, by: this.#line.by })
    if (transcript !== null) this.#o.events?.late(transcript)
  }

  /** Tells an ended turn when `done` does not follow its words, unless that cut somebody short before. */
  #awaitDone(pending: Pending): void {
    clearTimeout(pending.early)
    const { words, ended } = pending
    if (this.#o.events === null || ended === null || this.#told.wasWrong) return
    const { finishedMs } = words
    // A final from before the last voice is only a part.
    if (finishedMs === null || finishedMs < ended.lastVoiceMs) return
    const ms = Math.max(finishedMs, ended.atMs) + doneLateMs - this.#o.clock()
    pending.early = setTimeout(() => {
      if (words.finishedMs === finishedMs) ended.finish('early')
    }, ms)
  }

  #wordsOf(turn: number): TurnWords {
    const { clock, events } = this.#o
    return createTurnWords({
      clock,
      known: (words) => {
        if (turn === this.#turn && this.#inTurn) events?.known(words)
      },
      stable: (text) => {
        if (turn === this.#turn) events?.stable(text)
      },
    })
  }

  /** Sound of a turn that the transcriber was not told of is none of its business. */
  readonly #write = (block: Int16Array): void => {
    if (!this.#turns.has(this.#turn)) return
    this.#line.write(new Uint8Array(block.buffer, block.byteOffset, block.byteLength))
  }
}
