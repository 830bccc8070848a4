import { wavHeader } from '@portaria/core/audio/wav'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerResponse } from 'node:http'
import { speechMs } from '../../speech-level.ts'
import { write } from '../serve-http.ts'

/** A request to /v1/audio/transcriptions, as it came. */
export type HeardRequest = {
  readonly fields: Readonly<Record<string, string>>
  readonly rate: number
  readonly soundMs: number
  /** How much of the sound is speech. */
  readonly speechMs: number
}

/** Parses a multipart request whose `file` is a WAV of 16-bit mono; null where it is not. */
export async function heardRequest(
  body: Buffer,
  contentType: string,
): Promise<HeardRequest | null> {
  try {
    const headers = { 'content-type': contentType }
    const form = await new Response(new Uint8Array(body), { headers }).formData()
    const file = form.get('file')
    if (file === null || typeof file === 'string') return null
    const wav = Buffer.from(await file.arrayBuffer())
    if (wav.toString('latin1', 0, 4) !== 'RIFF' || wav.readUInt16LE(22) !== 1) return null
    const rate = wav.readUInt32LE(24)
    const pcm = wav.subarray(44)
    const texts = [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    )
    return {
      fields: Object.fromEntries(texts),
      rate,
      soundMs: (pcm.length / 2 / rate) * 1_000,
      speechMs: speechMs(pcm, rate),
    }
  } catch {
    return null
  }
}

/** Sends what was understood: as JSON, with details, or word by word. */
export async function sendTranscript(
  response: ServerResponse,
  text: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  if (fields['stream'] === 'true') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (event: object) => write(response, `data: ${JSON.stringify(event)}\n\n`)
    for (const delta of text.match(/\s*\S+/gu) ?? []) {
      await send({ type: 'transcript.text.delta', delta })
    }
    await send({ type: 'transcript.text.done', text })
    response.end('data: [DONE]\n\n')
    return
  }
  const segment = { id: 0, start: 0, end: 1, text, avg_logprob: -0.1, no_speech_prob: 0.01 }
  const segments = text === '' ? [] : [segment]
  const whole = fields['response_format'] === 'verbose_json' ? { text, segments } : { text }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(whole))
}

/** A request to /v1/audio/speech, as it came. */
export type SpokenRequest = {
  readonly model?: string
  readonly input: string
  readonly voice?: string
  readonly response_format?: string
  readonly speed?: number
  readonly instructions?: string
}

const rate = 24_000
const blockMs = 20

/** A tone of 60 ms a character, at most 30 s, in blocks, as raw PCM, a WAV of unknown length, or something like MP3. */
export async function sendSound(
  response: ServerResponse,
  { input, response_format: format = 'mp3' }: SpokenRequest,
  blockEveryMs: number,
): Promise<void> {
  const types: Record<string, string> = { pcm: 'audio/pcm', wav: 'audio/wav' }
  response.writeHead(200, { 'content-type': types[format] ?? 'audio/mpeg' })
  if (format === 'wav') await write(response, endlessWavHeader())
  else if (format !== 'pcm') await write(response, Buffer.from('ID3\u0004'))
  const blocks = Math.ceil(Math.min(30_000, Math.max(300, input.length * 60)) / blockMs)
  for (let block = 0; block < blocks && !response.destroyed; block++) {
    await write(response, tone(block))
    if (blockEveryMs > 0) await sleep(blockEveryMs)
  }
  response.end()
}

function tone(block: number): Buffer {
  const samples = (rate * blockMs) / 1_000
  const pcm = Buffer.alloc(samples * 2)
  for (let at = 0; at < samples; at++) {
    const phase = (2 * Math.PI * 440 * (block * samples + at)) / rate
    pcm.writeInt16LE(Math.round(8_000 * Math.sin(phase)), at * 2)
  }
  return pcm
}

/** Who streams a WAV does not know its length. */
function endlessWavHeader(): Uint8Array {
  return wavHeader({ rate, channels: 1, dataBytes: 0xff_ff_ff_ff })
}
