/** A header with all its notes is smaller. */
const mostHeaderBytes = 16 * 1024

export type WavFormat = {
  readonly format: number
  readonly channels: number
  readonly rate: number
  readonly bits: number
  /** Where the samples begin. */
  readonly dataAt: number
}

/**
 * Reads the header of a WAV that still comes; null: more bytes are needed. Throws RangeError where it is none.
 * http://soundfile.sapp.org/doc/WaveFormat/
 */
export function readWavHeader(bytes: Uint8Array): WavFormat | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nameAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12) return null
  if (nameAt(0) !== 'RIFF' || nameAt(8) !== 'WAVE') throw new RangeError('no WAV')
  let format: Omit<WavFormat, 'dataAt'> | null = null
  let at = 12
  while (at + 8 <= bytes.length) {
    const name = nameAt(at)
    if (name === 'data') {
      if (format === null) throw new RangeError('its data comes before its format')
      return { ...format, dataAt: at + 8 }
    }
    const length = view.getUint32(at + 4, true)
    if (name === 'fmt ') {
      if (at + 24 > bytes.length) return null
      format = {
        format: view.getUint16(at + 8, true),
        channels: view.getUint16(at + 10, true),
        rate: view.getUint32(at + 12, true),
        bits: view.getUint16(at + 22, true),
      }
    }
    at += 8 + length + (length % 2)
    if (at > mostHeaderBytes) throw new RangeError('its header does not end')
  }
  return null
}
