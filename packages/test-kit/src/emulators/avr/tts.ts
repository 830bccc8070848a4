import { wavHeader } from '@portaria/core/audio/wav'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { write } from '../serve-http.ts'
import { type AvrContainer, sendMessage, startContainer } from './container.ts'

export type AvrTtsOptions = {
  /**
   * Whose manner it has: Google's leaves the header of a WAV and sends all at once, Coqui's streams one that knows no
   * length, the others send 320 bytes at a time, and `odd` chunks that align to nothing. Default deepgram.
   */
  readonly connector?: 'google' | 'coqui' | 'elevenlabs' | 'deepgram' | 'kokoro' | 'odd'
  /** How often a chunk is sent. Default 0: at once. */
  readonly chunkEveryMs?: number
}

export interface AvrTts extends AvrContainer {
  readonly texts: readonly string[]
}

const rate = 8_000
const contentTypes = {
  google: 'audio/wav',
  coqui: 'audio/wav',
  elevenlabs: 'audio/basic',
  deepgram: 'audio/l16',
  kokoro: 'audio/l16',
  odd: 'text/html',
} as const

/** A container for a voice: 60 ms of a tone for each character, at 8 kHz. */
export async function startAvrTts(o: AvrTtsOptions = {}): Promise<AvrTts> {
  const { connector = 'deepgram', chunkEveryMs = 0 } = o
  const texts: string[] = []
  const container = await startContainer({
    path: '/text-to-speech-stream',
    async handle(request, response) {
      const { text } = (await json(request)) as { text?: string }
      if (!text) return sendMessage(response, 400, 'Text is required')
      texts.push(text)
      response.setHeader('content-type', contentTypes[connector])
      for (const chunk of chunksOf(toneOf(text), connector)) {
        if (response.destroyed) return
        await write(response, chunk)
        if (chunkEveryMs > 0) await sleep(chunkEveryMs)
      }
      response.end()
    },
  })
  return Object.assign(container, { texts })
}

function* chunksOf(pcm: Buffer, connector: keyof typeof contentTypes): Generator<Buffer> {
  if (connector === 'google') {
    yield Buffer.concat([headerWithNote(pcm.length), pcm])
    return
  }
  if (connector === 'coqui') {
    const header = headerWithNote(0xff_ff_ff_ff)
    yield header.subarray(0, 7)
    yield header.subarray(7)
  }
  const size = connector === 'odd' ? 333 : 320
  for (let at = 0; at < pcm.length; at += size) yield pcm.subarray(at, at + size)
}

/** The sound that `text` has: at most 30 s. */
export function toneOf(text: string): Buffer {
  const samples = Math.min(30 * rate, text.length * 60 * (rate / 1_000))
  const pcm = Buffer.alloc(samples * 2)
  for (let at = 0; at < samples; at++) {
    pcm.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * at) / rate)), at * 2)
  }
  return pcm
}

function headerWithNote(bytes: number): Buffer {
  const note = Buffer.from('LIST\x05\x00\x00\x00INFO!\x00', 'latin1')
  const plain = wavHeader({ rate, channels: 1, dataBytes: bytes })
  return Buffer.concat([plain.subarray(0, 36), note, plain.subarray(36)])
}
