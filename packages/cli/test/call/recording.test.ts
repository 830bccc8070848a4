import { readWav } from '@portaria/core/audio/wav'
import { describe, expect, it } from 'vitest'
import { createTrack, stereoWav } from '../../src/call/recording.ts'

const frame = (value: number): Int16Array => new Int16Array(160).fill(value)

/** The sample of one channel at a time, in a stereo file. */
function sampleAt(wav: Uint8Array, o: { channel: 0 | 1; ms: number }): number {
  const view = new DataView(wav.buffer, wav.byteOffset)
  expect(view.getUint16(22, true)).toBe(2)
  return view.getInt16(44 + (o.ms * 8 * 2 + o.channel) * 2, true)
}

describe('a recording of both legs', () => {
  it('puts the visitor left and the resident right, each when it was heard', () => {
    const visitor = createTrack(0)
    for (let i = 0; i < 100; i++) visitor.add(frame(100), i * 20)
    const resident = createTrack(0)
    resident.add(frame(700), 1_000)
    const wav = stereoWav(visitor, resident)
    expect(readWav(wav).rate).toBe(8_000)
    expect(sampleAt(wav, { channel: 0, ms: 500 })).toBe(100)
    expect(sampleAt(wav, { channel: 1, ms: 500 })).toBe(0)
    expect(sampleAt(wav, { channel: 1, ms: 1_010 })).toBe(700)
    expect(sampleAt(wav, { channel: 1, ms: 1_030 })).toBe(0)
  })

  it('joins frames that arrive with jitter without a hole, and keeps a real hole', () => {
    const track = createTrack(0)
    track.add(frame(1), 0)
    track.add(frame(2), 55)
    track.add(frame(3), 56)
    track.add(frame(4), 900)
    expect(track.chunks.map(({ start }) => start)).toEqual([0, 160, 320, 7_200])
  })

  it('is an empty file when nothing was heard', () => {
    expect(readWav(stereoWav(createTrack(0), null)).samples).toHaveLength(0)
  })
})
