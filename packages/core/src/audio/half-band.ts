import { at16 } from './at.ts'

/** Non-zero taps of a half-band low-pass on one side of the centre (0.5), windowed by Hamming: 15 taps in all. */
const sides = [0.3052, -0.0685, 0.0162, -0.0037]
const reach = 2 * sides.length - 1

/** Samples before the first one that `halve` needs. */
export const halveHistory = 2 * reach

/**
 * Halves the rate: `input` is `halveHistory` samples of the past and 2 x n new ones; n samples are written to `output`
 * from `offset` on. Good enough for listening in the telephone band (transition 3-5 kHz), not for playing.
 */
export function halve(input: Int16Array, output: Int16Array, offset: number): void {
  const count = (input.length - halveHistory) / 2
  for (let i = 0; i < count; i++) {
    const centre = 2 * i + 1 + reach
    let sum = at16(input, centre) / 2
    for (let k = 0; k < sides.length; k++) {
      const d = 2 * k + 1
      sum += (sides[k] ?? 0) * (at16(input, centre - d) + at16(input, centre + d))
    }
    output[offset + i] = Math.max(-32_768, Math.min(32_767, sum))
  }
}
