import { at16, at32, at64 } from './at.ts'
import { firstBin, lastBin } from './bands.ts'

/** More peaks than this are no chord. */
const maxPeaks = 10
/** A peak below this part of the frame's power is not worth following. */
const minPart = 0.004
/** A tone keeps its frequency to a fraction of a bin (0.2 bins = 6 Hz); the harmonics of a voice do not. */
const steadyBins = 0.2
/** A tone, even one that swells, changes by less than this from frame to frame (a factor of 2 = 3 dB). */
const steadyRatio = 2
/** Under the window a tone reaches so many bins to each side. */
const lobeBins = 2
/** Not further than so many bins from a tone's peak, the power is below this part of it, however short the tone. */
const valleyBins = 3
const valleyPart = 0.05

/**
 * Tells tones (dialling, ringback, DTMF, horns, sustained chords) from voices: the power of a tone sits in
 * a few spectral peaks whose frequencies stand still from one frame to the next.
 */
export interface ToneGate {
  /**
   * Takes the tones out of a frame's spectrum (their bins become 0); returns their power. `total` is the
   * frame's power in the speech band.
   */
  remove(power: Float64Array, total: number): number
  /** What was followed is forgotten: the next frame does not continue the last one. */
  reset(): void
}

/**
 * Where between bins a peak lies, from the larger neighbour's amplitude: exact for a Hann window (Grandke,
 * "Interpolation algorithms for discrete Fourier transforms of weighted signals", 1983), the same from frame to
 * frame for ours.
 */
function interpolate(power: Float64Array, bin: number): number {
  const below = at64(power, bin - 1)
  const above = at64(power, bin + 1)
  const ratio = Math.sqrt(Math.max(below, above) / at64(power, bin))
  const shift = (2 * ratio - 1) / (1 + ratio)
  return below > above ? bin - shift : bin + shift
}

/** The least power in the bins `from` to `to`. */
function least(power: Float64Array, from: number, to: number): number {
  let value = at64(power, from)
  for (let bin = from + 1; bin <= to; bin++) value = Math.min(value, at64(power, bin))
  return value
}

/**
 * The power of what might be tones, judged by one frame alone: of sharp peaks, steady or not. Tones that have
 * just begun are among them, and the vowels of high voices. `total` as for `remove`.
 */
export function sharpPower(power: Float64Array, total: number): number {
  let sharp = 0
  for (let bin = firstBin - 1; bin <= lastBin; bin++) {
    const here = at64(power, bin)
    if (here < total * minPart || here < at64(power, bin - 1) || here <= at64(power, bin + 1))
      continue
    const valley = valleyPart * here
    if (least(power, bin - valleyBins, bin - 1) > valley) continue
    if (least(power, bin + 1, bin + valleyBins) > valley) continue
    for (let k = bin - lobeBins; k <= bin + lobeBins; k++) sharp += at64(power, k)
  }
  return sharp
}

/** Scratch memory that all gates share. */
export type ToneScratch = Int16Array

export function createToneScratch(): ToneScratch {
  return new Int16Array(maxPeaks)
}

export function createToneGate(scratch: ToneScratch): ToneGate {
  return new PeakFollower(scratch)
}

const generation = 2 * maxPeaks

/** A class, like all that a call keeps: its methods are not made anew for each of a thousand calls. */
class PeakFollower implements ToneGate {
  /** Two generations of peaks, used in turn: pairs of frequency in bins and power. */
  readonly #peaks = new Float32Array(2 * generation)
  /** Where this frame's generation and the last one's begin. */
  #now = 0
  #before = generation
  #count = 0
  #countBefore = 0
  /** Bin of each peak of this frame that is steady, or 0. */
  readonly #steadyBin: ToneScratch

  constructor(scratch: ToneScratch) {
    this.#steadyBin = scratch
  }

  remove(power: Float64Array, total: number): number {
    this.#now = this.#before
    this.#before = generation - this.#now
    this.#countBefore = this.#count
    const steady = this.#findPeaks(power, total)
    for (let i = 0; i < this.#count; i++) {
      const bin = at16(this.#steadyBin, i)
      if (bin > 0) power.fill(0, bin - lobeBins, bin + lobeBins + 1)
    }
    return steady
  }

  reset(): void {
    this.#count = 0
  }

  #findPeaks(power: Float64Array, total: number): number {
    const peaks = this.#peaks
    const leastPower = total * minPart
    let steady = 0
    let count = 0
    for (let bin = firstBin - 1; bin <= lastBin && count < maxPeaks; bin++) {
      const here = at64(power, bin)
      if (here < leastPower || here < at64(power, bin - 1) || here <= at64(power, bin + 1)) continue
      // Three bins hold 98 % of a tone, and leave its neighbours theirs.
      const energy = at64(power, bin - 1) + here + at64(power, bin + 1)
      const frequency = interpolate(power, bin)
      peaks[this.#now + 2 * count] = frequency
      peaks[this.#now + 2 * count + 1] = energy
      const isSteady = this.#isSteady(frequency, energy)
      this.#steadyBin[count] = isSteady ? bin : 0
      if (isSteady) steady += energy
      count++
    }
    this.#count = count
    return steady
  }

  #isSteady(frequency: number, energy: number): boolean {
    const end = this.#before + 2 * this.#countBefore
    for (let i = this.#before; i < end; i += 2) {
      const ratio = at32(this.#peaks, i + 1) / energy
      const near = Math.abs(at32(this.#peaks, i) - frequency) < steadyBins
      if (near && ratio < steadyRatio && ratio * steadyRatio > 1) return true
    }
    return false
  }
}
