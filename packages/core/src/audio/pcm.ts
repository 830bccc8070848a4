/** What counts as silence everywhere: below the last bit of a sample. */
export const silenceDb = -100

/** Mean square of 16-bit samples, in units of full scale squared (a full-scale square wave is 1). */
export function meanSquare(samples: Int16Array): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0
    sum += sample * sample
  }
  return samples.length === 0 ? 0 : sum / samples.length / (32_768 * 32_768)
}

/** A mean square as decibels, never below `silenceDb`. */
export function powerDb(power: number): number {
  return power <= 1e-10 ? silenceDb : 10 * Math.log10(power)
}

/** Level of 16-bit samples in dBFS: 0 for a full-scale square wave, -3 for a full-scale sine, -100 for silence. */
export function levelDb(samples: Int16Array): number {
  return powerDb(meanSquare(samples))
}
