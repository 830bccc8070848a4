import { wavHeader } from '@portaria/core/plugin'

/** A WAV file of 16-bit mono samples, without half a sample at its end. */
export function wavOf(pcm: readonly Uint8Array[], rate: number): Uint8Array<ArrayBuffer> {
  const length = pcm.reduce((sum, chunk) => sum + chunk.length, 0)
  const dataBytes = length - (length % 2)
  const header = wavHeader({ rate, channels: 1, dataBytes })
  const file = new Uint8Array(header.length + dataBytes)
  file.set(header)
  let at = header.length
  for (const chunk of pcm) {
    file.set(chunk.subarray(0, file.length - at), at)
    at += chunk.length
  }
  return file
}
