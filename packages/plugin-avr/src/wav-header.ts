import { readWavHeader } from '@portaria/core/plugin'
import { lastingFailure } from './failures.ts'

/** What a sound begins with: no header, a header that ends at `length`, or too little to say. */
export type WavHeader =
  | { readonly type: 'none' }
  | { readonly type: 'more' }
  | { readonly type: 'wav'; readonly length: number; readonly rate: number }

/**
 * Reads the header that some containers leave before the samples (Google, Coqui): it would be heard as a click. Throws a
 * ProviderError where it is not 16-bit mono PCM.
 */
export function readSoundHeader(bytes: Buffer): WavHeader {
  const start = bytes.toString('latin1', 0, 12)
  if (!'RIFF'.startsWith(start.slice(0, 4))) return { type: 'none' }
  if (start.length < 12) return { type: 'more' }
  if (!start.endsWith('WAVE')) return { type: 'none' }
  const header = headerOf(bytes)
  if (header === null) return { type: 'more' }
  const { format, channels, bits, rate, dataAt } = header
  // 0xfffe says that the kind stands further on; with 16 bits it is plain.
  const plain = (format === 1 || format === 0xff_fe) && channels === 1 && bits === 16
  if (!plain || rate < 8_000 || rate > 48_000) throw notPlain()
  return { type: 'wav', length: dataAt, rate }
}

function headerOf(bytes: Buffer): ReturnType<typeof readWavHeader> {
  try {
    return readWavHeader(bytes)
  } catch (cause) {
    throw notPlain(cause)
  }
}

function notPlain(cause?: unknown): Error {
  return lastingFailure(
    'the voice is no 16-bit mono PCM: set the container to linear16 (plugins.avr.tts.url)',
    cause,
  )
}
