/** Rates that Asterisk's slin formats, speech engines and recordings use, in Hz. */
export const resampleRates = [
  8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
] as const

/**
 * A low-pass cut into the phases that one pair of rates needs. Building one costs a millisecond or two:
 * keep it where many streams share a pair of rates.
 */
export type FilterBank = {
  readonly from: number
  readonly to: number
  /** Output sample n lies at input position n x down / up. */
  readonly up: number
  readonly down: number
  /** Taps of one phase; even. */
  readonly taps: number
  /** `up` rows of `taps`. */
  readonly coefficients: Float64Array
}

/** Resamples one stream. The output does not depend on how the input was cut into chunks. */
export interface Resampler {
  /** Gives what can be computed so far; the last 3 ms (at 8 kHz) stay behind. */
  push(samples: Int16Array): Int16Array
  /** Gives the rest, and starts over: the next `push` begins another stream. */
  flush(): Int16Array
}

/** Flat to 85 % of the lower Nyquist frequency (3,400 Hz at 8 kHz), 55 dB down from that frequency on. */
const passband = 0.85
const attenuationDb = 55

/** Kaiser's formulas for a stop band of 55 dB (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5). */
const kaiserBeta = 0.1102 * (attenuationDb - 8.7)
const tapsAtLowerRate = (attenuationDb - 7.95) / (2.285 * Math.PI * (1 - passband))

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function windowedSinc(x: number, cutoff: number, half: number): number {
  const edge = x / half
  if (Math.abs(edge) >= 1) return 0
  const angle = 2 * Math.PI * cutoff * x
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle
  return sinc * besselI0(kaiserBeta * Math.sqrt(1 - edge * edge))
}

/** Throws RangeError for a rate that is not one of `resampleRates`. */
export function designFilterBank(from: number, to: number): FilterBank {
  for (const rate of [from, to]) {
    if (!resampleRates.some((known) => known === rate)) {
      throw new RangeError(`Cannot resample ${rate} Hz; known rates: ${resampleRates.join(', ')}`)
    }
  }
  const divisor = greatestCommonDivisor(from, to)
  const up = to / divisor
  const down = from / divisor
  const scale = Math.min(1, to / from)
  const half = Math.ceil(tapsAtLowerRate / 2 / scale)
  const taps = 2 * half
  const cutoff = ((1 + passband) / 4) * scale
  const coefficients = new Float64Array(up * taps)
  for (let phase = 0; phase < up; phase++) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps)
    for (let k = 0; k < taps; k++) row[k] = windowedSinc(k - half + 1 - phase / up, cutoff, half)
    // Every phase passes a constant unchanged, so that none of them hums at the phase rate.
    const sum = row.reduce((a, b) => a + b, 0)
    for (let k = 0; k < taps; k++) row[k] = (row[k] as number) / sum
  }
  return { from, to, up, down, taps, coefficients }
}

/** A sum of products as a sample: rounded, and clipped rather than wrapped round. */
function toSample(sum: number): number {
  const value = Math.floor(sum + 0.5)
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value
}

/**
 * A polyphase FIR resampler for 16-bit mono, without delay: output sample 0 is input sample 0's moment,
 * and n samples become ceil(n x to / from). Throws RangeError for a rate not in `resampleRates`.
 */
export function createResampler(
  from: number,
  to: number,
  bank: FilterBank = designFilterBank(from, to),
): Resampler {
  if (bank.from !== from || bank.to !== to) throw new RangeError('A filter bank for other rates')
  if (from === to) return { push: (samples) => samples.slice(), flush: () => new Int16Array(0) }
  const { up, down, taps, coefficients } = bank
  const half = taps / 2
  // Input not yet done with. The silence before the first sample puts it in the middle of the first window.
  let held = new Float64Array(taps * 2)
  let length = half - 1
  let start = 0
  let phase = 0

  function hold(samples: Int16Array): void {
    if (length + samples.length > held.length) {
      const larger = new Float64Array((length + samples.length) * 2)
      larger.set(held.subarray(0, length))
      held = larger
    }
    held.set(samples, length)
    length += samples.length
  }

  function produce(): Int16Array {
    const windows = length - taps + 1 - start
    const count = windows <= 0 ? 0 : Math.ceil((windows * up - phase) / down)
    const out = new Int16Array(count)
    for (let n = 0; n < count; n++) {
      const row = phase * taps
      // Two sums run side by side in the processor: faster than one, and than four.
      let even = 0
      let odd = 0
      for (let k = 0; k < taps; k += 2) {
        even += (coefficients[row + k] as number) * (held[start + k] as number)
        odd += (coefficients[row + k + 1] as number) * (held[start + k + 1] as number)
      }
      out[n] = toSample(even + odd)
      phase += down
      start += (phase / up) | 0
      phase %= up
    }
    const done = Math.min(start, length)
    held.copyWithin(0, done, length)
    length -= done
    start -= done
    return out
  }

  return {
    push(samples) {
      hold(samples)
      return produce()
    },
    flush() {
      hold(new Int16Array(half))
      const out = produce()
      held = new Float64Array(taps * 2)
      length = half - 1
      start = 0
      phase = 0
      return out
    },
  }
}

/** The same for samples that are all there. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  const resampler = createResampler(from, to)
  const body = resampler.push(samples)
  const tail = resampler.flush()
  if (tail.length === 0) return body
  const out = new Int16Array(body.length + tail.length)
  out.set(body)
  out.set(tail, body.length)
  return out
}
