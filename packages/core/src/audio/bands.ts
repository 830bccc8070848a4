import { at64 } from './at.ts'
import { silenceDb } from './pcm.ts'
import { binHz } from './spectrum.ts'

/**
 * Edges in Hz of the bands in which speech is compared with noise: the telephone band, each about half
 * an octave wide, as formants are. Below 250 Hz is the rumble of a street.
 */
const edgesHz = [250, 400, 600, 900, 1_300, 1_800, 2_400, 3_100, 3_900]

export const bandCount = edgesHz.length - 1

/** First bin of each band; the last one ends before `edge(bandCount)`. */
const edges = Uint8Array.from(edgesHz, (hz) => Math.round(hz / binHz))

export const firstBin = edges[0] ?? 0
export const lastBin = (edges[bandCount] ?? 0) - 1

/** Writes the level of each band in dBFS into `levels`; returns the power of all of them together. */
export function bandLevels(power: Float64Array, levels: Float32Array): number {
  let total = 0
  for (let band = 0, bin = firstBin; band < bandCount; band++) {
    const end = edges[band + 1] ?? 0
    let sum = 0
    for (; bin < end; bin++) sum += at64(power, bin)
    levels[band] = sum <= 1e-10 ? silenceDb : 10 * Math.log10(sum)
    total += sum
  }
  return total
}

/** Power from `hz` to the end of the last band. */
export function powerAbove(power: Float64Array, hz: number): number {
  let sum = 0
  for (let bin = Math.round(hz / binHz); bin <= lastBin; bin++) sum += at64(power, bin)
  return sum
}
