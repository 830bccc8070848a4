/** Keeps half a sample until the other half comes; what it gives is its own, and even. */
export function createWholeSamples(): (pcm: Uint8Array) => Uint8Array {
  let odd = Buffer.alloc(0)
  return (pcm) => {
    const all = Buffer.concat([odd, pcm])
    const even = all.length & ~1
    odd = all.subarray(even)
    return all.subarray(0, even)
  }
}
