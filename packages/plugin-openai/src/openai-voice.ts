import {
  cleanLine,
  createWaits,
  type Log,
  type Speech,
  type TextToSpeech,
  type Voice,
  type Waits,
} from '@portaria/core/plugin'
import { type Connection, connect } from './connect.ts'
import { passingFailure } from './failures.ts'
import { shownUrl } from './guarded-fetch.ts'
import type { OpenAiOptions } from './options.ts'
import { soundFormat } from './sound-format.ts'

/** OpenAI takes 4,096 characters. */
const longestInput = 4_000
/** `pt-BR-AntonioNeural`, `pt-br+f3`: voices of other providers, which no server of this kind has. */
const foreign = /^[a-z]{2,3}-[A-Za-z]{2}(?:$|[-+])/u
const mostTold = 100

/** Voices by /audio/speech: sound is passed on as it comes, as raw PCM or out of a WAV. */
export function createOpenAiVoice(o: OpenAiOptions, { log }: { log: Log }): TextToSpeech {
  const { tts } = o
  const connection = connect('tts', o)
  const told = new Set<string>()

  function voiceFor(language: string, { name }: Voice): string {
    const primary = language.split('-')[0]
    const [, own] =
      Object.entries(tts.voices).find(([each]) => each.split('-')[0] === primary) ?? []
    const usual = own ?? tts.voice
    if (name === undefined || !foreign.test(name)) return name ?? usual
    if (!told.has(name) && told.size < mostTold) {
      told.add(name)
      log.warn({ voice: name, spoken: usual }, 'this is the name of a voice of another provider')
    }
    return usual
  }

  function instructionsFor({ style }: Voice): string | undefined {
    const parts = [
      tts.instructions,
      style === undefined ? undefined : `Speak in this style: ${cleanLine(style, 100)}.`,
    ]
    const text = parts.filter((part) => part !== undefined).join(' ')
    return text === '' ? undefined : text
  }

  const { baseURL = o.baseURL } = tts
  const sound = [shownUrl(baseURL), connection.model, tts.voice, tts.voices, tts.instructions]
  return {
    cacheId: `openai 1 ${JSON.stringify([...sound, tts.format, tts.rate])}`,
    async synthesize(sentence, { language, voice, signal }) {
      signal.throwIfAborted()
      const text = cleanLine(sentence, 20_000)
      if (!/[\p{L}\p{N}]/u.test(text)) return { rate: tts.rate, audio: nothing() }
      const speed = voice.speed ?? 1
      const instructions = instructionsFor(voice)
      const request: SpeechRequest = {
        model: connection.model,
        voice: voiceFor(language, voice),
        response_format: tts.format,
        ...(speed === 1 ? {} : { speed: Math.min(4, Math.max(0.25, speed)) }),
        ...(instructions === undefined ? {} : { instructions }),
      }
      return speakAll(piecesOf(text), { connection, tts, request, signal })
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

type SpeechRequest = {
  model: string
  voice: string
  response_format: 'pcm' | 'wav'
  speed?: number
  instructions?: string
}

type Speaking = {
  readonly connection: Connection
  readonly tts: OpenAiOptions['tts']
  readonly request: SpeechRequest
  readonly signal: AbortSignal
}

/** No piece is longer than a request may be; cut at a space. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > longestInput) {
    const space = rest.lastIndexOf(' ', longestInput)
    const end = space > longestInput / 2 ? space : longestInput
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...pieces, rest]
}

/** The rate is that of the first piece; resolves with its first sound. */
async function speakAll(pieces: readonly string[], o: Speaking): Promise<Speech> {
  const [first = '', ...others] = pieces
  const { rate, audio } = await speak(first, o)
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* audio
    for (const piece of others) {
      const next = await speak(piece, o)
      if (next.rate !== rate) throw passingFailure('the voice changed its rate in the middle')
      yield* next.audio
    }
  }
  return { rate, audio: all() }
}

async function speak(input: string, o: Speaking): Promise<Speech> {
  const { connection, tts, request } = o
  const { client, where, failure } = connection
  const tooLate = (ms: number) =>
    passingFailure(
      `${where}: speech took more than ${ms} ms (plugins.openai.tts.firstAudioMs, nextAudioMs, totalMs)`,
    )
  const waits = createWaits({ totalMs: tts.totalMs, tooLate, signal: o.signal })
  try {
    const asking = client.audio.speech.create({ ...request, input }, { signal: waits.signal })
    const response = await waits.wait(asking, tts.firstAudioMs)
    const contentType = response.headers.get('content-type') ?? ''
    return await receive(response, { ...o, waits, contentType })
  } catch (error) {
    throw failed(error, { waits, failure })
  }
}

type Receiving = Speaking & { readonly waits: Waits; readonly contentType: string }

/** Resolves as soon as it is known what the sound is. Leaving ends the request. */
async function receive(response: Response, o: Receiving): Promise<Speech> {
  const { tts, waits, contentType, connection } = o
  const { where, failure } = connection
  const reader = response.body?.getReader()
  const read = async (ms: number): Promise<Uint8Array | null> => {
    if (reader === undefined) return null
    const next = await waits.wait(reader.read(), ms)
    return next.done ? null : next.value
  }
  let start: Uint8Array = new Uint8Array(0)
  for (;;) {
    const chunk = await read(tts.firstAudioMs)
    start = chunk === null ? start : Buffer.concat([start, chunk])
    const ended = chunk === null
    const format = soundFormat(start, { contentType, rate: tts.rate, where, ended })
    const nothing = ended && (format === null || start.length <= format.dataAt)
    if (nothing) throw passingFailure(`${where}: the answer has no sound`)
    if (format === null || start.length <= format.dataAt) continue
    return { rate: format.rate, audio: heard(start.subarray(format.dataAt)) }
  }

  async function* heard(first: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      yield first
      for (;;) {
        const chunk = await read(tts.nextAudioMs)
        if (chunk === null) return
        yield chunk
      }
    } catch (error) {
      throw failed(error, { waits, failure })
    } finally {
      waits.leave()
    }
  }
}

function failed(error: unknown, o: Pick<Connection, 'failure'> & { waits: Waits }): unknown {
  if (o.waits.signal.aborted) return o.waits.signal.reason
  const failure = o.failure(error)
  o.waits.leave()
  return failure
}
