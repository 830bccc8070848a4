import {
  cleanLine,
  createQueue,
  type Heard,
  type Rate,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import { type Connection, connect } from './connect.ts'
import type { OpenAiOptions } from './options.ts'
import { transcribe } from './transcribe.ts'

/** whisper.cpp's server takes nothing else, and every model works at it. */
const rate: Rate = 16_000
/** A turn's sound is kept up to here; Whisper itself hears 30 s at a time. */
const mostBytes = 30 * rate * 2
/** OpenAI refuses what is shorter than 100 ms. */
const leastBytes = (rate / 10) * 2
const longestPrompt = 600

/**
 * Recognition by /audio/transcriptions: the sound of a turn is kept, and sent when the turn is over. There is no
 * connection to hold, so that opening a leg asks nothing.
 */
export function createOpenAiStt(o: OpenAiOptions): SpeechToText {
  const connection = connect('stt', o)
  return {
    rates: [rate],
    partials: o.stt.stream,
    open({ languages, signal }) {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      const language = languages[0]?.split('-')[0]?.toLowerCase()
      return Promise.resolve(createTranscriber({ connection, options: o.stt, language, signal }))
    },
  }
}

type Leg = {
  readonly connection: Connection
  readonly options: OpenAiOptions['stt']
  readonly language: string | undefined
  readonly signal: AbortSignal
}

type Turn = {
  readonly number: number
  readonly prompt: string | undefined
  readonly sound: Uint8Array[]
  bytes: number
}

function createTranscriber(o: Leg): Transcriber {
  const queue = createQueue<Heard>()
  const closing = new AbortController()
  let current: Turn | null = null

  const close = (): void => {
    o.signal.removeEventListener('abort', close)
    current = null
    queue.end()
    closing.abort(new Error('the leg is over'))
  }
  o.signal.addEventListener('abort', close, { once: true })

  async function understand({ number: turn, sound, bytes, prompt }: Turn): Promise<void> {
    if (bytes < leastBytes) return queue.push({ type: 'done', turn })
    const { connection, options, language } = o
    const asked = { connection, options, language, prompt, signal: closing.signal }
    const onPartial = (text: string): void => queue.push({ type: 'partial', turn, text })
    const final = await transcribe(sound, { ...asked, rate, onPartial })
    if (final.text !== '') queue.push({ type: 'final', turn, ...final })
    queue.push({ type: 'done', turn })
  }

  function finish(turn: Turn): void {
    current = null
    understand(turn).catch((error: unknown) => {
      queue.fail(error)
      close()
    })
  }

  return {
    begin(number, { hints, expect }) {
      if (closing.signal.aborted) return
      if (current !== null && current.number !== number) finish(current)
      const wanted = o.options.hints && expect !== 'yes-no'
      const prompt = wanted ? promptOf(hints) : undefined
      current = { number, prompt, sound: [], bytes: 0 }
    },
    write(pcm) {
      if (current === null || pcm.length === 0) return
      const room = mostBytes - current.bytes
      if (room <= 0) return
      const kept = pcm.slice(0, room)
      current.sound.push(kept)
      current.bytes += kept.length
    },
    end(number) {
      if (current?.number === number) finish(current)
    },
    heard: queue.items,
    [Symbol.asyncDispose]() {
      close()
      return Promise.resolve()
    },
  }
}

/** Names and units as a text before the speech, as Whisper wants them. A yes or a no is never coloured by any. */
function promptOf(hints: readonly string[]): string | undefined {
  let prompt = ''
  for (const hint of hints) {
    const word = cleanLine(hint, 60)
    if (word === '') continue
    const longer = prompt === '' ? word : `${prompt}, ${word}`
    if (longer.length > longestPrompt) break
    prompt = longer
  }
  return prompt === '' ? undefined : prompt
}
