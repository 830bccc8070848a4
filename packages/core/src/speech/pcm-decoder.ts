/**
 * Turns s16le bytes in chunks of any size, at any offset, into samples. A sample that is cut in half waits for its
 * other byte; half a sample at the very end is dropped. The samples are a copy.
 */
export function createPcmDecoder(): (bytes: Uint8Array) => Int16Array {
  let low: number | null = null
  return (bytes) => {
    const carried = low === null ? 0 : 1
    const samples = new Int16Array((bytes.length + carried) >> 1)
    let at = 0
    let n = 0
    if (low !== null && bytes.length > 0) {
      samples[n++] = low | ((bytes[at++] ?? 0) << 8)
      low = null
    }
    for (; at + 1 < bytes.length; at += 2) {
      samples[n++] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
    }
    if (at < bytes.length) low = bytes[at] ?? 0
    return samples
  }
}
