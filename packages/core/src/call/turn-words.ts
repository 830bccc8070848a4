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

export function createTurnWords(o: TurnWordsEvents & { readonly clock: Clock }): TurnWords {
  const finals: string[] = []
  const told = new Set<string>()
  let confidence: number | undefined
  let by: string | undefined
  let length = 0
  let partial = ''
  let changedMs = 0
  let endedMs: number | null = null
  let finishedMs: number | null = null
  let timer: NodeJS.Timeout | undefined
  let waiting = false
  let closed = false

  const textOf = (): string => [...finals, partial].join(' ').trim()

  function tellStable(): void {
    const text = textOf()
    if (text === '' || told.has(text) || told.size >= mostStable) return
    told.add(text)
    o.stable(text)
  }

  function tellKnown(settled: boolean): void {
    o.known({ text: textOf(), settled, atMs: Math.max(changedMs, endedMs ?? 0) })
  }

  /** The partial has not changed for long enough. */
  function rest(): void {
    const leftMs = changedMs + stableMs - o.clock()
    if (leftMs > 0) {
      timer = setTimeout(rest, leftMs)
      return
    }
    waiting = false
    if (closed) return
    tellStable()
    if (!closed && endedMs !== null) tellKnown(true)
  }

  function stopWaiting(): void {
    clearTimeout(timer)
    waiting = false
  }

  return {
    partial(raw) {
      const text = plainWords(raw)
      if (closed || text === '' || text === partial || length > longestText) return
      partial = text
      changedMs = o.clock()
      endedMs = null
      finishedMs = null
      tellKnown(false)
      // One timer however many partials come: it looks again when it is too early.
      if (!waiting) timer = setTimeout(rest, stableMs)
      waiting = true
    },
    speechEnded() {
      if (closed || endedMs !== null) return
      endedMs = o.clock()
      if (!waiting && textOf() !== '') tellKnown(true)
    },
    final(raw, said) {
      length += raw.length + 1
      if (closed || length > longestText) return
      const text = plainWords(raw)
      stopWaiting()
      partial = ''
      changedMs = o.clock()
      if (text === '') return
      finals.push(text)
      if (said.confidence !== undefined) {
        confidence = Math.min(confidence ?? 1, said.confidence)
      }
      by = said.by ?? by
      finishedMs = changedMs
      tellStable()
      if (!closed) tellKnown(true)
    },
    get finishedMs() {
      return finishedMs
    },
    finals,
    transcript() {
      const text = length > longestText ? '' : finals.join(' ')
      return {
        text,
        ...(confidence === undefined ? {} : { confidence }),
        ...(by === undefined ? {} : { by }),
      }
    },
    close() {
      closed = true
      stopWaiting()
    },
  }
}
