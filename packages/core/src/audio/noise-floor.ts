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
  /** dBFS, one for each band. */
  readonly levels: Float32Array
  /** Power of all bands together, full scale squared. */
  power(): number
  /** False until there is an estimate. */
  readonly warm: boolean
  update(levels: Float32Array, isNoise: boolean): void
}

export function createNoiseFloor(): NoiseFloor {
  const floor = new Float32Array(bandCount).fill(quietestDb)
  const smooth = new Float32Array(bandCount).fill(quietestDb)
  // Row 0 is the span being filled; the others are past ones, overwritten in turn.
  const minima = new Float32Array((spans + 1) * bandCount).fill(quietestDb)
  let frames = 0

  function minimum(band: number): number {
    let least = at32(minima, band)
    for (let row = 1; row <= spans; row++) {
      const value = at32(minima, row * bandCount + band)
      if (value < least) least = value
    }
    return least
  }

  function start(levels: Float32Array): void {
    for (let band = 0; band < bandCount; band++) {
      const level = Math.max(at32(levels, band), quietestDb)
      floor[band] =
        frames === 0 ? level : at32(floor, band) + (level - at32(floor, band)) / (frames + 1)
      smooth[band] = at32(floor, band)
      for (let row = 0; row <= spans; row++) minima[row * bandCount + band] = at32(floor, band)
    }
  }

  function follow(levels: Float32Array, isNoise: boolean): void {
    const row = 1 + (Math.floor(frames / spanFrames) % spans)
    const endOfSpan = frames % spanFrames === 0
    for (let band = 0; band < bandCount; band++) {
      const level = Math.max(at32(levels, band), quietestDb)
      const smoothed = at32(smooth, band) + smoothPart * (level - at32(smooth, band))
      smooth[band] = smoothed
      if (endOfSpan) minima[row * bandCount + band] = at32(minima, band)
      if (endOfSpan || smoothed < at32(minima, band)) minima[band] = smoothed
      let value = at32(floor, band)
      if (level < value) value += downPart * (level - value)
      else if (isNoise) value += upPart * (level - value)
      floor[band] = Math.max(value, minimum(band) + minimumBiasDb)
    }
  }

  return {
    levels: floor,
    power() {
      let sum = 0
      for (let band = 0; band < bandCount; band++) sum += 10 ** (at32(floor, band) / 10)
      return sum
    },
    get warm() {
      return frames >= warmUpFrames
    },
    update(levels, isNoise) {
      if (frames < warmUpFrames) start(levels)
      else follow(levels, isNoise)
      frames++
    },
  }
}
