import {
  createQueue,
  createWholeSamples,
  type Heard,
  inTime,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import { passingFailure, providerName, shownUrl } from './failures.ts'
import { type Line, openLine } from './line.ts'
import type { SttOptions } from './options.ts'
import { createTranscripts, type ManyMode, type Transcripts, type Words } from './transcripts.ts'
import { createTurnMeter, type TurnMeter } from './turn-meter.ts'

const option = 'plugins.avr.stt.url'
const usualFinalMs = 2_000
/** 8 kHz, 16 bits, mono: no container takes anything else. */
const bytesPerMs = 16
/** Sound never stops on a call of AVR: services behind the containers hang up on a silent line. */
const pumpMs = 100
/** Nobody says more in a turn. */
const longestTurn = 20_000

type Options = SttOptions & { readonly mode: ManyMode }

/**
 * Containers that listen to a whole call: one request for the leg. They never say when a phrase was the last, so that
 * the end of a turn is sent as silence, and what comes then is waited for.
 */
export function createListeningStt(o: Options): SpeechToText {
  return {
    rates: [8_000],
    partials: o.mode === 'cumulative',
    async open({ signal }) {
      signal.throwIfAborted()
      const ears = createTranscriber(o, signal)
      const stop = new AbortController()
      const what = 'connecting to the container that listens'
      const limit = { name: providerName, what, ms: o.connectMs, stop, signal }
      try {
        await inTime(ears.ready, limit)
      } catch (error) {
        await ears.transcriber[Symbol.asyncDispose]()
        throw error
      }
      return ears.transcriber
    },
  }
}

type Turn = {
  readonly number: number
  readonly meter: TurnMeter
  bytes: number
  letters: number
  ended: boolean
  settle: NodeJS.Timeout | undefined
  deadline: NodeJS.Timeout | undefined
}

type Link = { readonly line: Line; readonly transcripts: Transcripts }

function createTranscriber(
  o: Options,
  signal: AbortSignal,
): { ready: Promise<void>; transcriber: Transcriber } {
  const { finalMs = usualFinalMs } = o
  const queue = createQueue<Heard>()
  const silence = (ms: number): Buffer => Buffer.alloc(ms * bytesPerMs)
  /** Those that are not done, in order. */
  const turns: Turn[] = []
  let lastNumber: number | null = null
  let current: Turn | null = null
  let wholeSamples = createWholeSamples()
  let link: Link | null = connect()
  let closed = false
  /** Silence that was sent before its time. */
  let aheadMs = 0
  const pump = setInterval(() => {
    if (current !== null) return
    if (aheadMs > 0) aheadMs -= pumpMs
    else link?.line.write(silence(pumpMs))
  }, pumpMs)

  function close(): void {
    if (closed) return
    closed = true
    signal.removeEventListener('abort', close)
    clearInterval(pump)
    for (const turn of turns.splice(0)) forget(turn)
    current = null
    link?.line.close()
    link = null
    queue.end()
  }
  signal.addEventListener('abort', close, { once: true })

  function fail(error: unknown): void {
    queue.fail(error)
    close()
  }

  function connect(): Link {
    const transcripts = createTranscripts(o.mode)
    const made: Link = {
      transcripts,
      line: openLine(
        { url: o.url, option },
        {
          words(chunk) {
            if (link === made) hearWords(chunk, transcripts)
          },
          over(error, how) {
            if (link !== made) return
            link = null
            if (how === 'failed' || turns.length > 0) fail(error)
          },
        },
      ),
    }
    return made
  }

  function hearWords(chunk: string, transcripts: Transcripts): void {
    let words: Words[]
    try {
      words = transcripts.add(chunk)
    } catch (error) {
      return fail(error)
    }
    const [turn] = turns
    if (turn === undefined) return hearLateWords([...words, ...transcripts.endTurn()])
    if (words.length === 0) return
    turn.letters += chunk.length
    if (turn.letters > longestTurn) {
      return fail(passingFailure(`the container wrote more than ${longestTurn} letters in a turn`))
    }
    turn.meter.wordsCame()
    tell(words, turn.number)
    settle(turn)
  }

  /** They are still of the turn before. */
  function hearLateWords(words: readonly Words[]): void {
    if (lastNumber === null) return
    const finals = words.filter(({ type }) => type === 'final')
    tell(finals, lastNumber)
  }

  function tell(words: readonly Words[], turn: number): void {
    for (const each of words) queue.push({ ...each, turn })
  }

  /** Once words came and nothing was said since, little is waited for. */
  function settle(turn: Turn): void {
    clearTimeout(turn.settle)
    if (!turn.ended || turn.letters === 0 || turn.meter.owed) return
    turn.settle = setTimeout(() => done(turn), o.settleMs)
  }

  function done(turn: Turn): void {
    const at = turns.indexOf(turn)
    if (at === -1) return
    turns.splice(at, 1)
    forget(turn)
    tell(link?.transcripts.endTurn() ?? [], turn.number)
    lastNumber = turn.number
    queue.push({ type: 'done', turn: turn.number })
  }

  /** No words may mean that there was nothing to understand; a container that is not there is another thing. */
  function late(turn: Turn): void {
    if (link?.line.connected() === true) done(turn)
    else fail(passingFailure(`${shownUrl(o.url)} could not be reached in ${finalMs} ms`))
  }

  function forget(turn: Turn): void {
    clearTimeout(turn.settle)
    clearTimeout(turn.deadline)
  }

  function end(turn: Turn): void {
    if (current === turn) current = null
    turn.ended = true
    if (turn.bytes === 0) return done(turn)
    if (o.tailMs > 0) link?.line.write(silence(o.tailMs))
    aheadMs = o.tailMs
    turn.deadline = setTimeout(() => late(turn), finalMs)
    settle(turn)
  }

  const transcriber: Transcriber = {
    begin(number) {
      if (closed) return
      if (current !== null) end(current)
      const again = turns.find((each) => each.number === number)
      if (again !== undefined) {
        turns.splice(turns.indexOf(again), 1)
        forget(again)
      }
      // The container ended the request between two turns.
      link ??= connect()
      aheadMs = 0
      wholeSamples = createWholeSamples()
      const meter = createTurnMeter()
      const timers = { settle: undefined, deadline: undefined }
      current = { number, meter, bytes: 0, letters: 0, ended: false, ...timers }
      turns.push(current)
    },
    write(pcm) {
      if (current === null) return
      const samples = wholeSamples(pcm)
      current.bytes += samples.length
      current.meter.hear(samples)
      if (samples.length > 0) link?.line.write(samples)
    },
    end(number) {
      if (current?.number === number) end(current)
    },
    heard: queue.items,
    [Symbol.asyncDispose]() {
      close()
      return Promise.resolve()
    },
  }
  return { ready: link.line.ready, transcriber }
}
