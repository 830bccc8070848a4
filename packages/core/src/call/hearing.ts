import { createResampler } from '../audio/resample.ts'
import type { Rate } from '../audio/frames.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { SpeechToText, Transcriber } from '../providers/speech-to-text.ts'

/** How long after the end of a turn its transcript may come. */
const transcriptTimeoutMs = 5_000
/** What is kept from before an onset is noticed: 120 ms of noticing, and 300 ms for a whole first word. */
const preRollMs = 420
/** What is kept for a transcriber that is still connecting. */
const openingBufferMs = 2_000

/** `by`: who understood it, where that is known. */
export type Transcript = { text: string; confidence?: number; by?: string }

/**
 * One leg's way to its transcriber: frames in all the time, one transcript out for each turn. Disposing never
 * rejects.
 */
export interface Hearing extends AsyncDisposable {
  /** Every frame of the leg, in a turn or not. Synchronous; `pcm` is borrowed. */
  frame(pcm: Int16Array): void
  begin(): void
  /** The turn is over; `onTranscript` gets its text ('' when nothing was understood), exactly once. */
  end(onTranscript: (transcript: Transcript) => void): void
  /** What began was no speech. */
  drop(): void
}

type Pending = { texts: string[]; confidence: number[]; done: boolean; finish: (() => void) | null }

export function createHearing(o: {
  stt: SpeechToText
  rate: Rate
  language: string
  hints: readonly string[]
  expect: 'open' | 'yes-no' | 'unit'
  signal: AbortSignal
  log: Log
  /** The transcriber is lost for this leg: turns get '' from now on. */
  onFailed: () => void
}): Hearing {
  const sttRate = o.stt.rates.includes(o.rate) ? o.rate : (o.stt.rates[0] ?? o.rate)
  const resampler = sttRate === o.rate ? null : createResampler(o.rate, sttRate)
  const blocks = createBlocks(sttRate)
  const turns = new Map<number, Pending>()
  const waiting: { call: (transcriber: Transcriber) => void; audio: boolean }[] = []
  let transcriber: Transcriber | null = null
  let failed = false
  let turn = 0
  let inTurn = false

  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    if (!o.signal.aborted) {
      o.log.error({ error: messageOf(error) }, 'speech recognition failed on this leg')
      o.onFailed()
    }
    for (const pending of turns.values()) pending.finish?.()
  }

  /** A recogniser that throws loses its leg, never the call. */
  const use = (opened: Transcriber, call: (transcriber: Transcriber) => void): void => {
    try {
      call(opened)
    } catch (error) {
      fail(error)
    }
  }

  const withTranscriber = (call: (transcriber: Transcriber) => void, audio = false): void => {
    if (failed) return
    if (transcriber !== null) return use(transcriber, call)
    if (audio) {
      const blocks = waiting.filter((each) => each.audio)
      const [oldest] = blocks
      if (oldest !== undefined && blocks.length >= openingBufferMs / 100) {
        waiting.splice(waiting.indexOf(oldest), 1)
      }
    }
    waiting.push({ call, audio })
  }

  const listen = async (): Promise<void> => {
    const opened = await o.stt.open({ rate: sttRate, languages: [o.language], signal: o.signal })
    if (o.signal.aborted) return opened[Symbol.asyncDispose]()
    transcriber = opened
    for (const { call } of waiting.splice(0)) use(opened, call)
    for await (const heard of opened.heard) {
      if (heard.type === 'partial' || heard.type === 'end-of-speech') continue
      const pending = turns.get(heard.turn)
      if (pending === undefined) continue
      if (heard.type === 'done') {
        pending.done = true
        pending.finish?.()
      } else {
        pending.texts.push(heard.text)
        if (heard.confidence !== undefined) pending.confidence.push(heard.confidence)
      }
    }
    fail(new Error('the recogniser ended its stream'))
  }
  const listening = listen().catch(fail)

  const write = (block: Int16Array): void => {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength)
    if (transcriber !== null) return use(transcriber, (opened) => opened.write(bytes))
    const kept = bytes.slice()
    withTranscriber((opened) => opened.write(kept), true)
  }

  return {
    frame(pcm) {
      if (failed) return
      blocks.add(resampler === null ? pcm : resampler.push(pcm), inTurn ? write : null)
    },
    begin() {
      turn += 1
      const begun = turn
      turns.set(begun, { texts: [], confidence: [], done: false, finish: null })
      withTranscriber((opened) => opened.begin(begun, { hints: o.hints, expect: o.expect }))
      inTurn = true
      blocks.flush(write)
    },
    end(onTranscript) {
      const ended = turn
      inTurn = false
      blocks.flush(write)
      withTranscriber((opened) => opened.end(ended))
      const pending = turns.get(ended)
      if (pending === undefined) return onTranscript({ text: '' })
      const timer = setTimeout(() => pending.finish?.(), transcriptTimeoutMs)
      pending.finish = () => {
        clearTimeout(timer)
        pending.finish = null
        turns.delete(ended)
        onTranscript(transcriptOf(pending))
      }
      if (pending.done || failed) pending.finish()
    },
    drop() {
      inTurn = false
      turns.delete(turn)
      const dropped = turn
      withTranscriber((opened) => opened.end(dropped))
    },
    async [Symbol.asyncDispose]() {
      for (const pending of turns.values()) pending.finish?.()
      try {
        await transcriber?.[Symbol.asyncDispose]()
      } catch (error) {
        o.log.warn({ error: messageOf(error) }, 'the recogniser could not be closed')
      }
      await listening
    },
  }
}

function transcriptOf(pending: Pending): Transcript {
  const text = pending.texts.join(' ').trim()
  if (pending.confidence.length === 0) return { text }
  return { text, confidence: Math.min(...pending.confidence) }
}

type Blocks = {
  /** Adds samples; out of a turn (`write` null) only the last of them are kept, as pre-roll. */
  add(pcm: Int16Array, write: ((block: Int16Array) => void) | null): void
  flush(write: (block: Int16Array) => void): void
}

/** Samples gathered into blocks of 100 ms, or kept as a sliding pre-roll between turns. */
function createBlocks(rate: Rate): Blocks {
  const blockSize = rate / 10
  const kept = new Int16Array((rate * preRollMs) / 1000)
  let length = 0
  return {
    add(pcm, write) {
      const room = kept.length
      const tail = pcm.length > room ? pcm.subarray(pcm.length - room) : pcm
      if (length + tail.length > room) {
        const surplus = length + tail.length - room
        kept.copyWithin(0, surplus, length)
        length -= surplus
      }
      kept.set(tail, length)
      length += tail.length
      if (write !== null && length >= blockSize) {
        write(kept.subarray(0, length))
        length = 0
      }
    },
    flush(write) {
      if (length > 0) write(kept.subarray(0, length))
      length = 0
    },
  }
}
