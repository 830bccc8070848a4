import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResampler, resample, resampleRates } from '../../src/audio/resample.ts'

const targets = [8_000, 16_000]
const pairs = resampleRates.flatMap((from) => targets.map((to) => ({ from, to })))
const changing = pairs.filter(({ from, to }) => from !== to)

function tone(o: { hz: number; rate: number; seconds: number; amplitude?: number }): Int16Array {
  const amplitude = o.amplitude ?? 20_000
  return Int16Array.from({ length: Math.round(o.rate * o.seconds) }, (_, n) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * o.hz * n) / o.rate)),
  )
}

/** The middle half, where neither edge is felt. */
function middle(samples: Int16Array): Int16Array {
  return samples.subarray(samples.length >> 2, samples.length - (samples.length >> 2))
}

function rms(samples: ArrayLike<number>): number {
  let sum = 0
  for (let n = 0; n < samples.length; n++) sum += (samples[n] ?? 0) ** 2
  return Math.sqrt(sum / samples.length)
}

function decibels(samples: ArrayLike<number>, reference: ArrayLike<number>): number {
  return 20 * Math.log10(Math.max(rms(samples), 1e-9) / rms(reference))
}

function join(chunks: Int16Array[]): Int16Array {
  return Int16Array.from(chunks.flatMap((chunk) => [...chunk]))
}

describe('resample', () => {
  it.each(changing)(
    'keeps $from -> $to flat within 0.1 dB up to 85 % of Nyquist',
    ({ from, to }) => {
      const nyquist = Math.min(from, to) / 2
      for (const part of [0.05, 0.25, 0.5, 0.75, 0.85]) {
        const input = tone({ hz: nyquist * part, rate: from, seconds: 0.2 })
        const gain = decibels(middle(resample(input, from, to)), middle(input))
        expect(Math.abs(gain), `${nyquist * part} Hz`).toBeLessThan(0.1)
      }
    },
  )

  it.each(changing.filter(({ from, to }) => from > to))(
    'keeps tones above Nyquist at least 50 dB out of $from -> $to',
    ({ from, to }) => {
      for (const hz of [1.001, 1.05, 1.2, 1.6, 2.1].map((part) => (part * to) / 2)) {
        if (hz >= from / 2) continue
        const input = tone({ hz, rate: from, seconds: 0.2 })
        const leak = decibels(middle(resample(input, from, to)), middle(input))
        expect(leak, `${hz} Hz`).toBeLessThan(-50)
      }
    },
  )

  it.each([
    { from: 8_000, to: 16_000 },
    { from: 12_000, to: 16_000 },
    { from: 11_025, to: 16_000 },
  ])('adds nothing above the old Nyquist to $from -> $to', ({ from, to }) => {
    const input = tone({ hz: 3_000, rate: from, seconds: 0.2 })
    const output = resample(input, from, to)
    const wanted = tone({ hz: 3_000, rate: to, seconds: 0.2 })
    const error = Float64Array.from(output, (value, n) => value - (wanted[n] ?? 0))
    const body = error.subarray(error.length >> 2, error.length - (error.length >> 2))
    expect(decibels(body, wanted)).toBeLessThan(-50)
  })

  it.each(pairs)('keeps every moment of $from -> $to in its place', ({ from, to }) => {
    const hz = 700
    const output = resample(tone({ hz, rate: from, seconds: 0.4 }), from, to)
    const wanted = tone({ hz, rate: to, seconds: 0.4 })
    expect(output.length).toBe(wanted.length)
    const error = middle(output).map((value, n) => value - (middle(wanted)[n] ?? 0))
    expect(decibels(error, wanted)).toBeLessThan(-50)
  })

  it('leaves an impulse where it was, first sample included', () => {
    for (const at of [0, 2_205]) {
      const input = new Int16Array(4_410)
      input[at] = 30_000
      const output = resample(input, 22_050, 8_000)
      const peak = output.indexOf(Math.max(...output))
      expect(peak).toBe((at * 8_000) / 22_050)
    }
  })

  it('makes ceil(n x to / from) samples of n', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.nat(3_000), ({ from, to }, length) => {
        const output = resample(new Int16Array(length), from, to)
        expect(output.length).toBe(Math.ceil((length * to) / from))
      }),
    )
  })

  it('passes a constant unchanged in every phase', () => {
    for (const { from, to } of pairs) {
      const output = resample(new Int16Array(from / 5).fill(12_345), from, to)
      expect([...new Set(middle(output))], `${from} -> ${to}`).toEqual([12_345])
    }
  })

  it('adds no DC to silence', () => {
    expect(resample(new Int16Array(2_205), 22_050, 8_000).every((value) => value === 0)).toBe(true)
  })

  it('clips instead of wrapping round', () => {
    const square = Int16Array.from({ length: 4_410 }, (_, n) => (n % 42 < 21 ? 32_767 : -32_768))
    const output = resample(square, 22_050, 8_000)
    // A wrapped overshoot would show as a jump against the sign of the square wave.
    const flat = (from: number, to: number): number[] =>
      [...middle(output.subarray(0, 1_584))].filter((_, n) => {
        const place = (((n + 396) * 22_050) / 8_000) % 42
        return place > from && place < to
      })
    expect(Math.min(...flat(6, 15))).toBeGreaterThan(25_000)
    expect(Math.max(...flat(27, 36))).toBeLessThan(-25_000)
    expect(Math.max(...output)).toBe(32_767)
  })

  it('gives the same samples however the stream is cut', () => {
    const chunks = fc.array(fc.int16Array({ maxLength: 700 }), { maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...pairs), chunks, ({ from, to }, input) => {
        const stream = createResampler(from, to)
        const parts = input.map((chunk) => stream.push(chunk))
        expect(join([...parts, stream.flush()])).toEqual(resample(join(input), from, to))
      }),
      { numRuns: 60 },
    )
  })

  it('begins another stream after a flush', () => {
    const stream = createResampler(22_050, 8_000)
    const input = tone({ hz: 500, rate: 22_050, seconds: 0.05 })
    const first = join([stream.push(input), stream.flush()])
    expect(join([stream.push(input), stream.flush()])).toEqual(first)
  })

  it('keeps less than 6 ms behind', () => {
    const out = createResampler(22_050, 8_000).push(new Int16Array(2_205))
    expect(out.length).toBeGreaterThan(800 - 48)
  })

  it('refuses a rate that it does not know', () => {
    expect(() => createResampler(22_051, 8_000)).toThrow(/22051 Hz; known rates: 8000/)
  })
})
