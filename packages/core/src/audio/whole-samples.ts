/** Of 16-bit samples in pieces of any length: keeps half a sample until the other half comes. What it gives is a copy. */
export function createWholeSamples(): (pcm: Uint8Array) => Uint8Array {
  let odd = Buffer.alloc(0)
  return (pcm) => {
    const all = Buffer.concat([odd, pcm])
    const even = all.length & ~1
    odd = all.subarray(even)
    return all.subarray(0, even)
  }
}
