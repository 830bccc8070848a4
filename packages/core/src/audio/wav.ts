import { ConfigError } from '../errors.ts'

const headerBytes = 44
const formatPcm = 1
const formatFloat = 3
const formatExtensible = 0xfffe

type Format = { tag: number; channels: number; rate: number; bits: number }

function refuse(what: string): never {
  throw new ConfigError(
    `${what}. Portaria reads WAV files of 16-bit PCM; convert yours first, for example: ` +
      'sox in.wav -r 8000 -c 1 -b 16 -e signed-integer out.wav',
  )
}

function fourCc(view: DataView, at: number): string {
  let name = ''
  for (let i = 0; i < 4; i++) name += String.fromCharCode(view.getUint8(at + i))
  return name
}

/**
 * The `fmt ` chunk. WAVE_FORMAT_EXTENSIBLE keeps the real format in the first two bytes of its
 * sub-format GUID, 24 bytes into the chunk (Microsoft, WAVEFORMATEXTENSIBLE in mmreg.h).
 */
function parseFormat(view: DataView, at: number, size: number): Format {
  if (size < 16) refuse('The fmt chunk of this WAV file is too short')
  let tag = view.getUint16(at, true)
  if (tag === formatExtensible && size >= 26) tag = view.getUint16(at + 24, true)
  return {
    tag,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  }
}

function checkFormat({ tag, channels, rate, bits }: Format): void {
  if (tag === formatFloat) refuse(`This WAV file holds ${bits}-bit floating point samples`)
  if (tag !== formatPcm) refuse(`This WAV file is compressed (format 0x${tag.toString(16)})`)
  if (bits !== 16) refuse(`This WAV file has ${bits} bits a sample`)
  if (channels < 1 || channels > 16) refuse(`This WAV file claims ${channels} channels`)
  if (rate < 4_000 || rate > 384_000) refuse(`This WAV file claims ${rate} samples a second`)
}

/** Where format and samples are. Lengths are cut to what is really there: many writers never mend theirs. */
function findChunks(view: DataView): { format: Format; start: number; end: number } {
  const length = view.byteLength
  let format: Format | undefined
  for (let at = 12; at + 8 <= length;) {
    const name = fourCc(view, at)
    const start = at + 8
    const end = Math.min(start + view.getUint32(at + 4, true), length)
    if (name === 'fmt ') format = parseFormat(view, start, end - start)
    if (name === 'data') {
      if (!format) refuse('This WAV file has no fmt chunk before its samples')
      return { format, start, end }
    }
    // Chunks are padded to even lengths.
    at = end + ((end - start) & 1)
  }
  return refuse(format ? 'This WAV file has no samples (no data chunk)' : 'This WAV file is cut')
}

/**
 * Reads a WAV file of 16-bit PCM at any rate; several channels are mixed down to one. A file cut in the
 * middle of its samples is read as far as it goes. Throws ConfigError, with the remedy, for anything else.
 */
export function readWav(bytes: Uint8Array): { rate: number; samples: Int16Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 12 || fourCc(view, 0) !== 'RIFF' || fourCc(view, 8) !== 'WAVE') {
    refuse('This is not a WAV file (no RIFF/WAVE header)')
  }
  const { format, start, end } = findChunks(view)
  checkFormat(format)
  const { channels } = format
  const samples = new Int16Array(Math.floor((end - start) / (2 * channels)))
  for (let i = 0, at = start; i < samples.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++, at += 2) sum += view.getInt16(at, true)
    samples[i] = Math.round(sum / channels)
  }
  return { rate: format.rate, samples }
}

/** The 44 bytes before 16-bit PCM. Whoever does not know yet how much will come says 0xFFFFFFFF. */
export function wavHeader(o: {
  rate: number
  channels: number
  dataBytes: number
}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes)
  const view = new DataView(bytes.buffer)
  const name = (at: number, text: string): void => {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i))
  }
  name(0, 'RIFF')
  view.setUint32(4, Math.min(headerBytes - 8 + o.dataBytes, 0xff_ff_ff_ff), true)
  name(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, formatPcm, true)
  view.setUint16(22, o.channels, true)
  view.setUint32(24, o.rate, true)
  view.setUint32(28, o.rate * o.channels * 2, true)
  view.setUint16(32, o.channels * 2, true)
  view.setUint16(34, 16, true)
  name(36, 'data')
  view.setUint32(40, o.dataBytes, true)
  return bytes
}

/** A WAV file of 16-bit PCM. `samples` are interleaved when there are several channels. */
export function writeWav(o: { rate: number; channels: number; samples: Int16Array }): Uint8Array {
  const dataBytes = o.samples.length * 2
  const bytes = new Uint8Array(headerBytes + dataBytes)
  bytes.set(wavHeader({ ...o, dataBytes }))
  const view = new DataView(bytes.buffer)
  o.samples.forEach((sample, i) => view.setInt16(headerBytes + i * 2, sample, true))
  return bytes
}
