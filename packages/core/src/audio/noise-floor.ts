import { at32 } from './at.ts'
import { bandCount } from './bands.ts'

/** Quieter than this is silence, whatever comes: the noise of a quiet line is no reason to listen harder. */
const quietestDb = -72
/** Frames from which the first estimate is made, taken for noise whatever they are. */
const warmUpFrames = 10
/** Parts by which the floor moves towards a frame of noise: quickly down, slowly up (about 0.4 s). */
const downPart = 0.2
const upPart = 0.08
/** Smoothing (0.1 s) before the minimum is taken. */
const smoothPart = 0.2
/** The minimum is that of the last 4 to 5 spans of 0.24 s: about as long as a person speaks without a dip. */
const spans = 4
const spanFrames = 12
/** The mean of noise lies about this far above the minimum of its smoothed level. */
const minimumBiasDb = 1.5

/**
 * The usual level of the noise in each band. Follows the frames that hold no voice, and is raised at once to
 * the minimum of the last second, so that a noise that begins is taken for a voice for two seconds at most
 * (after R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
 * statistics", 2001).
 */
export interface NoiseFloor {
  /** dBFS: the first values are those of the bands; what follows is the floor's own. */
  readonly levels: Float32Array
  /** Power of all bands together, full scale squared. */
  power(): number
  /** False until there is an estimate. */
  readonly warm: boolean
  update(levels: Float32Array, isNoise: boolean): void
}

export function createNoiseFloor(): NoiseFloor {
  return new MinimumFloor()
}

/** Where in `levels` the smoothed levels begin, and the minima: one row for the span being filled, then the past ones. */
const smoothAt = bandCount
const minimaAt = 2 * bandCount
const valueCount = minimaAt + (spans + 1) * bandCount

class MinimumFloor implements NoiseFloor {
  readonly levels = new Float32Array(valueCount).fill(quietestDb)
  #frames = 0

  get warm(): boolean {
    return this.#frames >= warmUpFrames
  }

  power(): number {
    let sum = 0
    for (let band = 0; band < bandCount; band++) sum += 10 ** (at32(this.levels, band) / 10)
    return sum
  }

  update(levels: Float32Array, isNoise: boolean): void {
    if (this.warm) this.#follow(levels, isNoise)
    else this.#start(levels)
    this.#frames++
  }

  #start(heard: Float32Array): void {
    const { levels } = this
    for (let band = 0; band < bandCount; band++) {
      const level = Math.max(at32(heard, band), quietestDb)
      const floor = at32(levels, band)
      const mean = this.#frames === 0 ? level : floor + (level - floor) / (this.#frames + 1)
      for (let at = band; at < valueCount; at += bandCount) levels[at] = mean
    }
  }

  #follow(heard: Float32Array, isNoise: boolean): void {
    const { levels } = this
    const past = minimaAt + (1 + (Math.floor(this.#frames / spanFrames) % spans)) * bandCount
    const endOfSpan = this.#frames % spanFrames === 0
    for (let band = 0; band < bandCount; band++) {
      const level = Math.max(at32(heard, band), quietestDb)
      const before = at32(levels, smoothAt + band)
      const smoothed = before + smoothPart * (level - before)
      const least = at32(levels, minimaAt + band)
      levels[smoothAt + band] = smoothed
      if (endOfSpan) levels[past + band] = least
      if (endOfSpan || smoothed < least) levels[minimaAt + band] = smoothed
      let value = at32(levels, band)
      if (level < value) value += downPart * (level - value)
      else if (isNoise) value += upPart * (level - value)
      levels[band] = Math.max(value, this.#minimum(band) + minimumBiasDb)
    }
  }

  #minimum(band: number): number {
    const { levels } = this
    let least = at32(levels, minimaAt + band)
    for (let at = minimaAt + bandCount + band; at < valueCount; at += bandCount) {
      const value = at32(levels, at)
      if (value < least) least = value
    }
    return least
  }
}
