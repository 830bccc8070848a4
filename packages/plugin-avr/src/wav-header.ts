import { lastingFailure } from './failures.ts'

/** What a sound begins with: no header, a header that ends at `length`, or too little to say. */
export type WavHeader =
  | { readonly type: 'none' }
  | { readonly type: 'more' }
  | { readonly type: 'wav'; readonly length: number; readonly rate: number }

/** A header with all its notes is smaller. */
const longestHeader = 4_096

/**
 * Reads the header that some containers leave before the samples (Google, Coqui): it would be heard as a click. Throws a
 * ProviderError where it is not 16-bit mono PCM. http://soundfile.sapp.org/doc/WaveFormat/
 */
export function readWavHeader(bytes: Buffer): WavHeader {
  const start = bytes.toString('latin1', 0, 12)
  if (!'RIFF'.startsWith(start.slice(0, 4))) return { type: 'none' }
  if (start.length < 12) return { type: 'more' }
  if (!start.endsWith('WAVE')) return { type: 'none' }
  let rate = 0
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'data') return { type: 'wav', length: at + 8, rate }
    if (name === 'fmt ') {
      if (at + 24 > bytes.length) break
      rate = rateOf(bytes.subarray(at + 8))
    }
    at += 8 + size + (size % 2)
  }
  if (bytes.length > longestHeader) throw notPlain()
  return { type: 'more' }
}

function rateOf(format: Buffer): number {
  const [kind, channels, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt16LE(14),
  ]
  const rate = format.readUInt32LE(4)
  // 0xfffe says that the kind stands further on; with 16 bits it is plain.
  const plain = (kind === 1 || kind === 0xff_fe) && channels === 1 && bits === 16
  if (!plain || rate < 8_000 || rate > 48_000) throw notPlain()
  return rate
}

function notPlain(): Error {
  return lastingFailure(
    'the voice is no 16-bit mono PCM: set the container to linear16 (plugins.avr.tts.url)',
  )
}
