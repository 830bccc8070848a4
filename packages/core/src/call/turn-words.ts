import type { Clock } from '../clock.ts'
import type { Transcript } from './hearing.ts'

/** Words that stand for so long are worth acting on: partials of one word come every 50 to 150 ms. */
const stableMs = 200
/** Each costs a dialogue's reply: whoever changes more often is not understood yet. */
const mostStable = 8
/** Twenty seconds of the fastest speech have a quarter of it: more is no transcript. */
const longestText = 2_000

/** What is known of a turn while it is spoken. */
export type KnownWords = {
  readonly text: string
  /** The recogniser takes them for finished: all are final, or its end of speech came and nothing changed since. */
  readonly settled: boolean
  /** Of the sound until then: since when they are what they are. */
  readonly atMs: number
}

export type TurnWordsEvents = {
  known(words: KnownWords): void
  /** Finals so far and the partial, unchanged for 200 ms, or with a final; each text once. */
  stable(text: string): void
}

/** Gathers what a recogniser says of one turn. */
export interface TurnWords {
  final(text: string, o: { confidence?: number | undefined; by?: string | undefined }): void
  partial(text: string): void
  speechEnded(): void
  /** When the last final came, if no partial did since: then all of it may be there. */
  readonly finishedMs: number | null
  readonly finals: readonly string[]
  /** What the finals say; '' where they say nothing, or more than anybody can. */
  transcript(): Transcript
  /** Nothing more is told. */
  close(): void
}

/** One line of plain text; '' for what is too long to have been said. */
export function plainWords(text: string): string {
  if (text.length > longestText) return ''
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}

type TurnWordsOptions = TurnWordsEvents & { readonly clock: Clock }

export function createTurnWords(o: TurnWordsOptions): TurnWords {
  return new WordsOfTurn(o)
}

class WordsOfTurn implements TurnWords {
  readonly finals: string[] = []
  finishedMs: number | null = null
  readonly #o: TurnWordsOptions
  readonly #told = new Set<string>()
  #confidence: number | undefined
  #by: string | undefined
  #length = 0
  #partial = ''
  #changedMs = 0
  #endedMs: number | null = null
  #timer: NodeJS.Timeout | undefined
  #waiting = false
  #closed = false

  constructor(o: TurnWordsOptions) {
    this.#o = o
  }

  partial(raw: string): void {
    const text = plainWords(raw)
    if (this.#closed || text === '' || text === this.#partial || this.#length > longestText) return
    this.#partial = text
    this.#changedMs = this.#o.clock()
    this.#endedMs = null
    this.finishedMs = null
    this.#tellKnown(false)
    // One timer however many partials come: it looks again when it is too early.
    if (!this.#waiting) this.#timer = setTimeout(() => this.#rest(), stableMs)
    this.#waiting = true
  }

  speechEnded(): void {
    if (this.#closed || this.#endedMs !== null) return
    this.#endedMs = this.#o.clock()
    if (!this.#waiting && this.#text !== '') this.#tellKnown(true)
  }

  final(...[raw, said]: Parameters<TurnWords['final']>): void {
    this.#length += raw.length + 1
    if (this.#closed || this.#length > longestText) return
    const text = plainWords(raw)
    this.#stopWaiting()
    this.#partial = ''
    this.#changedMs = this.#o.clock()
    if (text === '') return
    this.finals.push(text)
    if (said.confidence !== undefined) {
      this.#confidence = Math.min(this.#confidence ?? 1, said.confidence)
    }
    this.#by = said.by ?? this.#by
    this.finishedMs = this.#changedMs
    this.#tellStable()
    if (!this.#closed) this.#tellKnown(true)
  }

  transcript(): Transcript {
    const text = this.#length > longestText ? '' : this.finals.join(' ')
    return {
      text,
      ...(this.#confidence === undefined ? {} : { confidence: this.#confidence }),
      ...(this.#by === undefined ? {} : { by: this.#by }),
    }
  }

  close(): void {
    this.#closed = true
    this.#stopWaiting()
  }

  get #text(): string {
    return [...this.finals, this.#partial].join(' ').trim()
  }

  #tellStable(): void {
    const text = this.#text
    if (text === '' || this.#told.has(text) || this.#told.size >= mostStable) return
    this.#told.add(text)
    this.#o.stable(text)
  }

  #tellKnown(settled: boolean): void {
    const atMs = Math.max(this.#changedMs, this.#endedMs ?? 0)
    this.#o.known({ text: this.#text, settled, atMs })
  }

  /** The partial has not changed for long enough. */
  #rest(): void {
    const leftMs = this.#changedMs + stableMs - this.#o.clock()
    if (leftMs > 0) {
      this.#timer = setTimeout(() => this.#rest(), leftMs)
      return
    }
    this.#waiting = false
    if (this.#closed) return
    this.#tellStable()
    if (!this.#closed && this.#endedMs !== null) this.#tellKnown(true)
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer)
    this.#waiting = false
  }
}
