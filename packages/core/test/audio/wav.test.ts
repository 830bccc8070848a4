import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { isConfigError } from '../../src/errors.ts'
import { readWav, writeWav } from '../../src/audio/wav.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

function u16(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer)
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer)
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function chunk(name: string, body: Uint8Array, claimed = body.length): Uint8Array {
  return join(ascii(name), u32(claimed), body, new Uint8Array(body.length & 1))
}

function riff(...chunks: Uint8Array[]): Uint8Array {
  const body = join(...chunks)
  return join(ascii('RIFF'), u32(body.length + 4), ascii('WAVE'), body)
}

function format(o: { tag?: number; channels?: number; rate?: number; bits?: number } = {}) {
  const { tag = 1, channels = 1, rate = 8000, bits = 16 } = o
  const block = (channels * bits) / 8
  return join(u16(tag, channels), u32(rate), u32(rate * block), u16(block, bits))
}

function refusal(bytes: Uint8Array): string {
  try {
    readWav(bytes)
  } catch (error) {
    if (isConfigError(error)) return error.message
    throw error
  }
  return 'accepted'
}

describe('WAV files', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.constantFrom(8000, 16000, 22050, 48000), (samples, rate) => {
        expect(readWav(writeWav({ rate, channels: 1, samples }))).toEqual({ rate, samples })
      }),
    )
  })

  it('mix stereo down to one channel', () => {
    const bytes = writeWav({ rate: 8000, channels: 2, samples: Int16Array.of(100, 300, -5, -7) })
    expect(readWav(bytes).samples).toEqual(Int16Array.of(200, -6))
  })

  it('may have other chunks, of odd length too, around what matters', () => {
    const bytes = riff(
      chunk('LIST', ascii('abc')),
      chunk('fmt ', join(format(), u16(0))),
      chunk('fact', u32(2)),
      chunk('data', u16(1, 2)),
      chunk('id3 ', ascii('x')),
    )
    expect(readWav(bytes).samples).toEqual(Int16Array.of(1, 2))
  })

  it('may be WAVE_FORMAT_EXTENSIBLE', () => {
    const guid = new Uint8Array(14)
    const extension = join(u16(22, 16), u32(4), u16(1), guid)
    const good = riff(
      chunk('fmt ', join(format({ tag: 0xfffe }), extension)),
      chunk('data', u16(9)),
    )
    expect(readWav(good).samples).toEqual(Int16Array.of(9))
    const floats = join(u16(22, 32), u32(4), u16(3), guid)
    const bad = riff(chunk('fmt ', join(format({ tag: 0xfffe, bits: 32 }), floats)))
    expect(refusal(join(bad, chunk('data', u32(0))))).toContain('floating point')
  })

  it('are read as far as they go when they are cut or their lengths were never mended', () => {
    const claimed = riff(chunk('fmt ', format()), chunk('data', u16(1, 2, 3), 0xffffffff))
    expect(readWav(claimed).samples).toEqual(Int16Array.of(1, 2, 3))
    expect(readWav(claimed.subarray(0, claimed.length - 1)).samples).toEqual(Int16Array.of(1, 2))
  })

  it.each([
    ['8 bits a sample', format({ bits: 8 })],
    ['floating point', format({ tag: 3, bits: 32 })],
    ['compressed (format 0x7)', format({ tag: 7, bits: 8 })],
    ['0 channels', format({ channels: 0 })],
    ['0 samples a second', format({ rate: 0 })],
    ['too short', format().subarray(0, 8)],
  ])('of another kind are refused with the remedy: %s', (what, body) => {
    const message = refusal(riff(chunk('fmt ', body), chunk('data', u16(1))))
    expect(message).toContain(what)
    expect(message).toContain('sox in.wav')
  })

  it('without samples or without a format are refused', () => {
    expect(refusal(riff(chunk('fmt ', format())))).toContain('no data chunk')
    expect(refusal(riff(chunk('data', u16(1))))).toContain('no fmt chunk')
    expect(refusal(ascii('RIFX....WAVE'))).toContain('not a WAV file')
    expect(refusal(new Uint8Array())).toContain('not a WAV file')
  })

  it('never fail otherwise, whatever the bytes', () => {
    const good = writeWav({ rate: 8000, channels: 1, samples: new Int16Array(20) })
    fc.assert(
      fc.property(fc.nat(60), fc.uint8Array({ maxLength: 8 }), fc.nat(84), (at, junk, cut) => {
        const bytes = good.slice()
        bytes.set(junk.subarray(0, bytes.length - at), at)
        expect(refusal(bytes.subarray(0, cut))).toMatch(/accepted|sox/)
      }),
    )
  })
})
