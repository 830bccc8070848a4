const headerBytes = 44

/** A WAV file of 16-bit mono samples, without half a sample at its end. http://soundfile.sapp.org/doc/WaveFormat/ */
export function wavOf(pcm: readonly Uint8Array[], rate: number): Uint8Array<ArrayBuffer> {
  const length = pcm.reduce((sum, chunk) => sum + chunk.length, 0)
  const bytes = length - (length % 2)
  const file = new Uint8Array(headerBytes + bytes)
  const view = new DataView(file.buffer)
  const name = (at: number, text: string): void => file.set(Buffer.from(text, 'latin1'), at)
  name(0, 'RIFF')
  view.setUint32(4, headerBytes - 8 + bytes, true)
  name(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  name(36, 'data')
  view.setUint32(40, bytes, true)
  let at = headerBytes
  for (const chunk of pcm) {
    file.set(chunk.subarray(0, file.length - at), at)
    at += chunk.length
  }
  return file
}

export type WavFormat = {
  readonly format: number
  readonly channels: number
  readonly rate: number
  readonly bits: number
  /** Where the samples begin. */
  readonly dataAt: number
}

/** Reads the header of a WAV stream; null: more bytes are needed. Throws RangeError where it is none. */
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

const mostHeaderBytes = 16 * 1024
