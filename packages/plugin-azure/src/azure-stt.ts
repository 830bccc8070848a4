import { OutputFormat, PropertyId } from 'microsoft-cognitiveservices-speech-sdk'
import {
  createQueue,
  type Heard,
  inTime,
  type Rate,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import { speechConfig } from './connect.ts'
import { lateness, name } from './failure.ts'
import { localeOf } from './locale.ts'
import type { AzureOptions } from './options.ts'
import { connectRecogniser, type Recogniser } from './recogniser.ts'

/**
 * Azure's recognition. A turn has a connection of its own, made while the one before was spoken: its stream ends with
 * the turn, so that the service finishes at once, says when nothing more comes, and a late final cannot be of another turn.
 */
export function createAzureStt(o: AzureOptions): SpeechToText {
  return {
    rates: [8_000, 16_000],
    partials: true,
    async open({ rate, languages, signal }) {
      signal.throwIfAborted()
      const connect = (): Recogniser => {
        const config = speechConfig(o, 'stt')
        config.speechRecognitionLanguage = localeOf(languages[0] ?? 'pt-BR', o)
        config.outputFormat = OutputFormat.Detailed
        const silence = PropertyId.Speech_SegmentationSilenceTimeoutMs
        config.setProperty(silence, String(o.segmentationSilenceMs))
        // Sound comes as it is spoken, or is said again after a fall-back: the SDK need not slow it down.
        config.setProperty('SPEECH-TransmitLengthBeforThrottleMs', '600000')
        return connectRecogniser({ config, rate, key: o.key, connectMs: o.limits.connectMs })
      }
      const first = connect()
      try {
        const what = 'connecting to recognition'
        await inTime(first.ready, { name, what, ms: o.limits.connectMs, signal })
      } catch (error) {
        first.close()
        throw error
      }
      return createTranscriber({ first, connect, rate, finalMs: o.limits.finalMs, signal })
    },
  }
}

type Turn = {
  readonly number: number
  readonly hints: readonly string[]
  recogniser: Recogniser | null
  timer: NodeJS.Timeout | null
}

function createTranscriber(o: {
  first: Recogniser
  connect: () => Recogniser
  rate: Rate
  finalMs: number
  signal: AbortSignal
}): Transcriber {
  const queue = createQueue<Heard>()
  const turns = new Map<number, Turn>()
  let spare: Recogniser | null = o.first
  let current: Turn | null = null
  let closed = false

  const close = (): void => {
    closed = true
    o.signal.removeEventListener('abort', close)
    for (const turn of turns.values()) forget(turn)
    current = null
    spare?.close()
    spare = null
    queue.end()
  }
  const fail = (error: unknown): void => {
    queue.fail(error)
    close()
  }
  o.signal.addEventListener('abort', close, { once: true })

  function forget(turn: Turn): void {
    turns.delete(turn.number)
    if (turn.timer !== null) clearTimeout(turn.timer)
    turn.recogniser?.close()
  }

  function done(turn: Turn): void {
    if (turns.get(turn.number) !== turn) return
    if (current === turn) current = null
    forget(turn)
    queue.push({ type: 'done', turn: turn.number })
  }

  /** The first sound of a turn: its connection is taken, and the next one made. */
  function start(turn: Turn): Recogniser {
    const warm = spare?.usable() === true ? spare : null
    if (warm === null) spare?.close()
    const recogniser = warm ?? o.connect()
    const { number } = turn
    turn.recogniser = recogniser
    const failed = (error: unknown): void => {
      if (turns.get(number) === turn) fail(error)
    }
    recogniser.ready.catch(failed)
    recogniser.begin(turn.hints, {
      partial: (text) => queue.push({ type: 'partial', turn: number, text }),
      final: (text, confidence) => {
        const sure = confidence === undefined ? {} : { confidence }
        queue.push({ type: 'final', turn: number, text, ...sure })
      },
      speechEnded: () => queue.push({ type: 'end-of-speech', turn: number }),
      done: () => done(turn),
      failed,
    })
    spare = o.connect()
    return recogniser
  }

  function end(turn: Turn): void {
    if (current === turn) current = null
    if (turn.recogniser === null) return done(turn)
    turn.recogniser.end()
    turn.timer ??= setTimeout(() => fail(lateness('a transcript', o.finalMs)), o.finalMs)
  }

  return {
    begin(number, { hints }) {
      if (closed) return
      if (current !== null) end(current)
      const known = turns.get(number)
      if (known !== undefined) forget(known)
      current = { number, hints, recogniser: null, timer: null }
      turns.set(number, current)
    },
    write(pcm) {
      if (current === null || pcm.length === 0) return
      const recogniser = current.recogniser ?? start(current)
      recogniser.write(pcm)
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
}
