import { readWavHeader } from '@portaria/core/plugin'
import { lastingFailure, passingFailure } from './failures.ts'

/** Where 16-bit mono samples begin in an answer, and how fast they are. */
export type SoundFormat = { readonly rate: number; readonly dataAt: number }

const textual = /^(?:application\/json|text\/)/iu
const raw = /^audio\/(?:pcm|l16|x-raw|raw)/iu
const packed = /^audio\/(?:mpeg|mp3|ogg|opus|webm|aac|mp4|flac)/iu
/** The first two bytes of a frame of MPEG audio or of ADTS. */
const frames = ['fffb', 'fffa', 'fff3', 'fff2', 'fff1', 'fff9']

const remedy =
  'set plugins.openai.tts.format to wav or pcm, whichever the server speaks, or take a server that speaks one of them'

/**
 * What an answer is, from its content type and its first bytes; null: more bytes are needed. Throws a ProviderError
 * where it is no PCM and no WAV of 16-bit mono.
 */
export function soundFormat(
  bytes: Uint8Array,
  o: { contentType: string; rate: number; where: string; ended: boolean },
): SoundFormat | null {
  const { contentType, where } = o
  if (textual.test(contentType)) throw passingFailure(`${where}: the answer is a text, not sound`)
  if (packed.test(contentType)) {
    throw lastingFailure(`${where} sends ${kindOf(contentType)}: ${remedy}`)
  }
  if (bytes.length < 4 && !o.ended) return null
  const start = Buffer.from(bytes.subarray(0, 4))
  if (start.toString('latin1') === 'RIFF') return wavFormat(bytes, o)
  const name = /^ID3|^OggS|^fLaC/u.exec(start.toString('latin1'))?.[0]
  const frame = !raw.test(contentType) && frames.includes(start.toString('hex', 0, 2))
  if (name !== undefined || frame) {
    throw lastingFailure(`${where} sends ${name === undefined ? 'MP3' : kinds[name]}: ${remedy}`)
  }
  const [, said] = /\brate=(\d{4,5})\b/u.exec(contentType) ?? []
  return { rate: said === undefined ? o.rate : Number(said), dataAt: 0 }
}

const kinds: Readonly<Record<string, string>> = { ID3: 'MP3', OggS: 'Ogg', fLaC: 'FLAC' }

function kindOf(contentType: string): string {
  const [, kind = ''] = /^audio\/(\w+)/u.exec(contentType) ?? []
  return kind === 'mpeg' ? 'MP3' : kind.toUpperCase()
}

function wavFormat(bytes: Uint8Array, { where, ended }: { where: string; ended: boolean }) {
  const header = headerOf(bytes, where)
  if (header === null) {
    if (ended) throw passingFailure(`${where}: the WAV ended in its header`)
    return null
  }
  const { format, channels, rate, bits, dataAt } = header
  // 0xFFFE: the format is told further on, and is PCM where the samples have 16 bits.
  if ((format !== 1 && format !== 0xfffe) || channels !== 1 || bits !== 16) {
    throw lastingFailure(
      `${where} sends a WAV of ${bits} bits with ${channels} channels: have it send 16-bit mono, or set plugins.openai.tts.format to pcm`,
    )
  }
  if (rate < 8_000 || rate > 48_000) {
    throw lastingFailure(`${where} sends a WAV at ${rate} Hz: have it send 8,000 to 48,000 Hz`)
  }
  return { rate, dataAt }
}

function headerOf(bytes: Uint8Array, where: string) {
  try {
    return readWavHeader(bytes)
  } catch (cause) {
    throw passingFailure(`${where}: the WAV has a broken header`, cause)
  }
}
