import { at16, at64 } from './at.ts'

/** Samples in one analysis window: 32 ms at 8 kHz, so bins are 31.25 Hz apart. */
export const windowLength = 256
export const binHz = 8_000 / windowLength

const half = windowLength / 2

/**
 * The window rises for 21 ms and falls within the last 11: what has just come counts early (4 ms are won). Still
 * steeper, tones 90 Hz apart would melt into one.
 */
const riseLength = 168

/** The window's weight of a sample, 0..1: a Hann window whose halves are of different length. */
export function windowWeight(i: number): number {
  const x =
    i < riseLength ? (i + 0.5) / riseLength : (windowLength - i - 0.5) / (windowLength - riseLength)
  return 0.5 - 0.5 * Math.cos(Math.PI * x)
}

/**
 * Power spectrum of 256 real samples under `windowWeight`, by a complex FFT of half the length.
 * One instance serves every call: the result is overwritten by the next `analyse`.
 */
export interface Spectrum {
  /** `power[k]` is the power at k x 31.25 Hz, k = 0..128; all bins of a sine add up to its mean square. */
  readonly power: Float64Array
  /** `samples` are 256 at 8 kHz, 16 bit. */
  analyse(samples: Int16Array): void
}

type Tables = {
  /** The window's weights of the even and of the odd samples, in the order in which they are read. */
  even: Float64Array
  odd: Float64Array
  reversed: Uint8Array
  cos: Float64Array
  sin: Float64Array
  /** Twiddles that split the half-length transform into the real one. */
  splitCos: Float64Array
  splitSin: Float64Array
}

function reverseBits(i: number): number {
  let bits = 0
  for (let b = 0; b < 7; b++) if (i & (1 << b)) bits |= 1 << (6 - b)
  return bits
}

function buildTables(): Tables {
  // The window passes 3/8 of the power; the spectrum is one-sided.
  const scale = 1 / (32_768 * windowLength * Math.sqrt(0.375 / 2))
  const angle = (i: number): number => (2 * Math.PI * i) / half
  const table = (value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: half }, (_, i) => value(i))
  return {
    even: table((i) => scale * windowWeight(2 * reverseBits(i))),
    odd: table((i) => scale * windowWeight(2 * reverseBits(i) + 1)),
    reversed: Uint8Array.from({ length: half }, (_, i) => reverseBits(i)),
    cos: table((i) => Math.cos(angle(i))),
    sin: table((i) => -Math.sin(angle(i))),
    splitCos: table((i) => Math.cos(angle(i) / 2)),
    splitSin: table((i) => -Math.sin(angle(i) / 2)),
  }
}

/** The first two stages at once: their twiddles are 1 and -i. */
function firstStages(re: Float64Array, im: Float64Array): void {
  for (let i = 0; i < half; i += 4) {
    const sumRe = at64(re, i) + at64(re, i + 1)
    const difRe = at64(re, i) - at64(re, i + 1)
    const sumRe2 = at64(re, i + 2) + at64(re, i + 3)
    const difRe2 = at64(re, i + 2) - at64(re, i + 3)
    const sumIm = at64(im, i) + at64(im, i + 1)
    const difIm = at64(im, i) - at64(im, i + 1)
    const sumIm2 = at64(im, i + 2) + at64(im, i + 3)
    const difIm2 = at64(im, i + 2) - at64(im, i + 3)
    re[i] = sumRe + sumRe2
    im[i] = sumIm + sumIm2
    re[i + 1] = difRe + difIm2
    im[i + 1] = difIm - difRe2
    re[i + 2] = sumRe - sumRe2
    im[i + 2] = sumIm - sumIm2
    re[i + 3] = difRe - difIm2
    im[i + 3] = difIm + difRe2
  }
}

/** Two stages at once (radix 4): joins transforms of `span` values, four by four. */
function joinFour(re: Float64Array, im: Float64Array, o: { tables: Tables; span: number }): void {
  const { span } = o
  const { cos, sin } = o.tables
  const step = half / (4 * span)
  for (let k = 0; k < span; k++) {
    const c1 = at64(cos, 2 * k * step)
    const s1 = at64(sin, 2 * k * step)
    const c2 = at64(cos, k * step)
    const s2 = at64(sin, k * step)
    const c3 = at64(cos, 3 * k * step)
    const s3 = at64(sin, 3 * k * step)
    for (let i = k; i < half; i += 4 * span) {
      const i1 = i + span
      const i2 = i1 + span
      const i3 = i2 + span
      const re1 = at64(re, i1) * c1 - at64(im, i1) * s1
      const im1 = at64(re, i1) * s1 + at64(im, i1) * c1
      const re2 = at64(re, i2) * c2 - at64(im, i2) * s2
      const im2 = at64(re, i2) * s2 + at64(im, i2) * c2
      const re3 = at64(re, i3) * c3 - at64(im, i3) * s3
      const im3 = at64(re, i3) * s3 + at64(im, i3) * c3
      const sumRe = at64(re, i) + re1
      const difRe = at64(re, i) - re1
      const sumIm = at64(im, i) + im1
      const difIm = at64(im, i) - im1
      re[i] = sumRe + re2 + re3
      im[i] = sumIm + im2 + im3
      re[i1] = difRe + im2 - im3
      im[i1] = difIm - re2 + re3
      re[i2] = sumRe - re2 - re3
      im[i2] = sumIm - im2 - im3
      re[i3] = difRe - im2 + im3
      im[i3] = difIm + re2 - re3
    }
  }
}

function lastStage(re: Float64Array, im: Float64Array, { cos, sin }: Tables): void {
  for (let i = 0; i < half / 2; i++) {
    const j = i + half / 2
    const c = at64(cos, i)
    const s = at64(sin, i)
    const turnedRe = at64(re, j) * c - at64(im, j) * s
    const turnedIm = at64(re, j) * s + at64(im, j) * c
    const keptRe = at64(re, i)
    const keptIm = at64(im, i)
    re[j] = keptRe - turnedRe
    im[j] = keptIm - turnedIm
    re[i] = keptRe + turnedRe
    im[i] = keptIm + turnedIm
  }
}

/** Separates the spectra of even and odd samples and joins them to that of all samples. */
function split(
  re: Float64Array,
  im: Float64Array,
  o: { tables: Tables; power: Float64Array },
): void {
  const { splitCos, splitSin } = o.tables
  const dc = at64(re, 0) + at64(im, 0)
  const top = at64(re, 0) - at64(im, 0)
  o.power[0] = dc * dc
  o.power[half] = top * top
  for (let k = 1; k < half; k++) {
    const mirror = half - k
    const evenRe = (at64(re, k) + at64(re, mirror)) / 2
    const evenIm = (at64(im, k) - at64(im, mirror)) / 2
    const oddRe = (at64(im, k) + at64(im, mirror)) / 2
    const oddIm = (at64(re, mirror) - at64(re, k)) / 2
    const c = at64(splitCos, k)
    const s = at64(splitSin, k)
    const binRe = evenRe + oddRe * c - oddIm * s
    const binIm = evenIm + oddRe * s + oddIm * c
    o.power[k] = binRe * binRe + binIm * binIm
  }
}

export function createSpectrum(): Spectrum {
  const tables = buildTables()
  const re = new Float64Array(half)
  const im = new Float64Array(half)
  const power = new Float64Array(half + 1)
  return {
    power,
    analyse(samples) {
      const { even, odd, reversed } = tables
      for (let i = 0; i < half; i++) {
        const j = 2 * (reversed[i] ?? 0)
        re[i] = at16(samples, j) * at64(even, i)
        im[i] = at16(samples, j + 1) * at64(odd, i)
      }
      firstStages(re, im)
      joinFour(re, im, { tables, span: 4 })
      joinFour(re, im, { tables, span: 16 })
      lastStage(re, im, tables)
      split(re, im, { tables, power })
    },
  }
}
