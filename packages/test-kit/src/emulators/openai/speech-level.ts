/** Quieter than this is no speech. */
const audibleRms = 300
const leastAudibleMs = 100
const windowMs = 20

/** How long speech lasts in 16-bit mono sound, in milliseconds; 0: there is none. */
export function speechMs(pcm: Buffer, rate: number): number {
  const bytes = (rate * windowMs * 2) / 1_000
  let loud = 0
  for (let at = 0; at + 1 < pcm.length; at += bytes) {
    if (rmsOf(pcm.subarray(at, at + bytes)) >= audibleRms) loud += windowMs
  }
  return loud >= leastAudibleMs ? loud : 0
}

function rmsOf(pcm: Buffer): number {
  let sum = 0
  for (let at = 0; at + 1 < pcm.length; at += 2) sum += pcm.readInt16LE(at) ** 2
  return Math.sqrt(sum / Math.max(1, pcm.length >> 1))
}
