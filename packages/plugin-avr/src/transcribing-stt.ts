import {
  cleanLine,
  createQueue,
  createWholeSamples,
  type Heard,
  type Rate,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import { z } from 'zod'
import { passingFailure, shownUrl } from './failures.ts'
import type { SttOptions } from './options.ts'
import { post } from './post.ts'
import { isNoWords } from './transcripts.ts'

const usualFinalMs = 4_500
/** Core ends a turn long before. */
const longestTurnMs = 60_000
const longestText = 4_000
const mostBytes = 256 * 1_024

/** Containers that get the sound of a turn at its end: what stands behind AVR's bridge from ASR to STT. */
export function createTranscribingStt(o: SttOptions): SpeechToText {
  return {
    rates: [8_000, 16_000],
    partials: false,
    async open({ rate, signal }) {
      signal.throwIfAborted()
      return createTranscriber(o, rate, signal)
    },
  }
}

type Turn = {
  readonly number: number
  readonly sound: Uint8Array[]
  readonly wholeSamples: (pcm: Uint8Array) => Uint8Array
  readonly stop: AbortController
  bytes: number
}

function createTranscriber(o: SttOptions, rate: Rate, signal: AbortSignal): Transcriber {
  const queue = createQueue<Heard>()
  const turns = new Map<number, Turn>()
  let current: Turn | null = null
  let closed = false

  function close(): void {
    if (closed) return
    closed = true
    signal.removeEventListener('abort', close)
    current = null
    for (const { stop } of turns.values()) stop.abort(new Error('the leg is over'))
    turns.clear()
    queue.end()
  }
  signal.addEventListener('abort', close, { once: true })

  async function transcribeTurn(turn: Turn): Promise<void> {
    const { number, sound, stop } = turn
    try {
      const pcm = Buffer.concat(sound.splice(0))
      const text = pcm.length === 0 ? '' : await transcribe(o, { pcm, rate, signal: stop.signal })
      if (turns.get(number) !== turn) return
      turns.delete(number)
      if (text !== '') queue.push({ type: 'final', turn: number, text })
      queue.push({ type: 'done', turn: number })
    } catch (error) {
      if (turns.get(number) !== turn) return
      queue.fail(error)
      close()
    }
  }

  function end(turn: Turn): void {
    current = null
    void transcribeTurn(turn)
  }

  return {
    begin(number) {
      if (closed) return
      if (current !== null) end(current)
      turns.get(number)?.stop.abort(new Error('the turn begins anew'))
      const wholeSamples = createWholeSamples()
      current = { number, sound: [], wholeSamples, stop: new AbortController(), bytes: 0 }
      turns.set(number, current)
    },
    write(pcm) {
      if (current === null || current.bytes > (rate / 500) * longestTurnMs) return
      const samples = current.wholeSamples(pcm)
      current.bytes += samples.length
      current.sound.push(samples)
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

const answerSchema = z.looseObject({ transcription: z.string().nullish() })

async function transcribe(
  { url, finalMs = usualFinalMs }: SttOptions,
  o: { pcm: Uint8Array; rate: Rate; signal: AbortSignal },
): Promise<string> {
  const chunks = await post({
    url,
    option: 'plugins.avr.stt.url',
    body: o.pcm,
    headers: { 'content-type': 'application/octet-stream', 'x-sample-rate': String(o.rate) },
    limits: { firstMs: finalMs, nextMs: finalMs, totalMs: finalMs },
    mostBytes,
    signal: o.signal,
  })
  const body: Uint8Array[] = []
  for await (const chunk of chunks) body.push(chunk)
  const parsed = answerSchema.safeParse(jsonOf(Buffer.concat(body)))
  if (!parsed.success) {
    throw passingFailure(`${shownUrl(url)} answered something else than {"transcription"}`)
  }
  const text = cleanLine(parsed.data.transcription ?? '', longestText)
  return isNoWords(text) ? '' : text
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
