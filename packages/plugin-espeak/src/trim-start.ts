/** Quieter than this (-42 dBFS) at the very start is not heard as the beginning of a word. */
const threshold = 250

/**
 * Takes the silence off the beginning of a stream, but for the last `keep` samples before the first sound, so that a
 * word's soft onset stays whole.
 */
export function createStartTrimmer(keep: number): (samples: Int16Array) => Int16Array {
  let held = new Int16Array(0)
  let heard = false
  return (samples) => {
    if (heard) return samples
    const onset = samples.findIndex((sample) => Math.abs(sample) >= threshold)
    heard = onset >= 0
    const before = new Int16Array(held.length + samples.length)
    before.set(held)
    before.set(samples, held.length)
    const end = heard ? held.length + onset : before.length
    const kept = before.subarray(Math.max(0, end - keep))
    if (heard) return kept
    held = kept.slice()
    return new Int16Array(0)
  }
}
