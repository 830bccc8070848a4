import { at16 } from './at.ts'

/**
 * The taps beside the centre (0.5) that are not zero, 1, 3, 5 and 7 samples away, windowed by Hamming: 15 taps in
 * all. Constants, because a table would be looked up for each of 8,000 samples a second and call.
 */
const tap1 = 0.3052
const tap3 = -0.0685
const tap5 = 0.0162
const tap7 = -0.0037
const reach = 7

/** Samples before the first one that `halve` needs. */
export const halveHistory = 2 * reach

/**
 * Halves the rate: `input` is `halveHistory` samples of the past and 2 x n new ones; n samples are written to `output`
 * from `offset` on. Good enough for listening in the telephone band (transition 3-5 kHz), not for playing.
 */
export function halve(input: Int16Array, output: Int16Array, offset: number): void {
  const count = (input.length - halveHistory) / 2
  for (let i = 0; i < count; i++) {
    const c = 2 * i + 1 + reach
    const sum =
      at16(input, c) / 2 +
      tap1 * (at16(input, c - 1) + at16(input, c + 1)) +
      tap3 * (at16(input, c - 3) + at16(input, c + 3)) +
      tap5 * (at16(input, c - 5) + at16(input, c + 5)) +
      tap7 * (at16(input, c - 7) + at16(input, c + 7))
    output[offset + i] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum
  }
}
