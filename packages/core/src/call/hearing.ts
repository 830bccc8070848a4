import { createResampler } from '../audio/resample.ts'
import type { Rate } from '../audio/frames.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Heard, SpeechToText } from '../providers/speech-to-text.ts'
import { createPcmBlocks } from './pcm-blocks.ts'
import { createToldTurns } from './told-turns.ts'
import { keepTranscriber } from './transcriber-line.ts'
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

export function createHearing(o: {
  stt: SpeechToText
  rate: Rate
  language: string
  /** Asked at the beginning of each turn. */
  hints: () => readonly string[]
  expect: 'open' | 'yes-no' | 'unit'
  /** Null where nobody may act on words before their turn is done, nor on words that come after it. */
  events: HearingEvents | null
  clock: Clock
  signal: AbortSignal
  log: Log
}): Hearing {
  const { events, clock } = o
  const sttRate = o.stt.rates.includes(o.rate) ? o.rate : (o.stt.rates[0] ?? o.rate)
  const resampler = sttRate === o.rate ? null : createResampler(o.rate, sttRate)
  const blocks = createPcmBlocks(sttRate)
  const turns = new Map<number, Pending>()
  const told = createToldTurns(clock)
  let turn = 0
  let inTurn = false

  const line = keepTranscriber({
    open: (signal) => o.stt.open({ rate: sttRate, languages: [o.language], signal }),
    onHeard: take,
    onLost,
    signal: o.signal,
    log: o.log,
  })

  function onLost(): void {
    told.clear()
    for (const [number, pending] of turns) {
      forget(number)
      pending.ended?.finish('lost')
    }
  }

  function forget(number: number): void {
    const pending = turns.get(number)
    turns.delete(number)
    clearTimeout(pending?.early)
    pending?.words.close()
  }

  function take(heard: Heard): void {
    const pending = turns.get(heard.turn)
    if (pending === undefined) return takeLate(heard)
    const { words, ended } = pending
    if (heard.type === 'done') {
      pending.done = true
      ended?.finish('done')
    } else if (heard.type === 'final') {
      words.final(heard.text, { confidence: heard.confidence, by: line.by })
      awaitDone(pending)
    } else if (events !== null) {
      if (heard.type === 'partial') words.partial(heard.text)
      else words.speechEnded()
    }
  }

  function takeLate(heard: Heard): void {
    if (heard.type === 'done') told.forget(heard.turn)
    if (heard.type !== 'final') return
    const { turn: number, text, confidence } = heard
    const transcript = told.late(number, { text, confidence, by: line.by })
    if (transcript !== null) events?.late(transcript)
  }

  /** Tells an ended turn when `done` does not follow its words, unless that cut somebody short before. */
  function awaitDone(pending: Pending): void {
    clearTimeout(pending.early)
    const { words, ended } = pending
    if (events === null || ended === null || told.wasWrong) return
    const { finishedMs } = words
    // A final from before the last voice is only a part.
    if (finishedMs === null || finishedMs < ended.lastVoiceMs) return
    const ms = Math.max(finishedMs, ended.atMs) + doneLateMs - clock()
    pending.early = setTimeout(() => {
      if (words.finishedMs === finishedMs) ended.finish('early')
    }, ms)
  }

  function wordsOf(number: number): TurnWords {
    return createTurnWords({
      clock,
      known(words) {
        if (number === turn && inTurn) events?.known(words)
      },
      stable(text) {
        if (number === turn) events?.stable(text)
      },
    })
  }

  /** Sound of a turn that the transcriber was not told of is none of its business. */
  function write(block: Int16Array): void {
    if (!turns.has(turn)) return
    line.write(new Uint8Array(block.buffer, block.byteOffset, block.byteLength))
  }

  return {
    get canHear() {
      return line.canHear
    },
    frame(pcm) {
      blocks.add(resampler === null ? pcm : resampler.push(pcm), inTurn ? write : null)
    },
    begin() {
      turn += 1
      if (!line.listening) return
      const begun = turn
      turns.set(begun, { words: wordsOf(begun), done: false, ended: null, early: undefined })
      line.tell((opened) => opened.begin(begun, { hints: o.hints(), expect: o.expect }))
      inTurn = true
      blocks.flush(write)
    },
    end(lastVoiceMs, onTranscript) {
      const ended = turn
      const pending = turns.get(ended)
      if (pending === undefined) {
        inTurn = false
        return onTranscript(null)
      }
      blocks.flush(write)
      inTurn = false
      const atMs = clock()
      const timer = setTimeout(() => pending.ended?.finish('too-late'), transcriptTimeoutMs)
      pending.ended = {
        atMs,
        lastVoiceMs,
        finish(why) {
          clearTimeout(timer)
          pending.ended = null
          forget(ended)
          const { words } = pending
          if (why === 'early' || why === 'too-late') {
            told.add(ended, { finals: words.finals, isEarly: why === 'early' })
          }
          const transcript = words.transcript()
          // Half an answer is a doubt, where an answer decides.
          const mayBeHalf = why === 'lost' && events === null
          const isDeaf = why === 'lost' || !line.canHear
          onTranscript(mayBeHalf || (isDeaf && transcript.text === '') ? null : transcript)
        },
      }
      line.tell((opened) => opened.end(ended))
      if (pending.done) pending.ended?.finish('done')
      else awaitDone(pending)
    },
    drop() {
      inTurn = false
      if (!turns.has(turn)) return
      const dropped = turn
      forget(dropped)
      line.tell((opened) => opened.end(dropped))
    },
    async [Symbol.asyncDispose]() {
      onLost()
      await line[Symbol.asyncDispose]()
    },
  }
}
