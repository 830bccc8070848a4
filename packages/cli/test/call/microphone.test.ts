import { describe, expect, it } from 'vitest'
import { createMicrophone } from '../../src/call/microphone.ts'

const frame = (): Int16Array => new Int16Array(160).fill(-1)

describe('the microphone of the test phone', () => {
  it('sends silence while it has nothing to say', () => {
    const out = frame()
    expect(createMicrophone().fill(out)).toBe(160)
    expect(out.every((sample) => sample === 0)).toBe(true)
  })

  it('says one thing after the other, the last frame of each filled up with silence', async () => {
    const microphone = createMicrophone()
    const said: string[] = []
    const first = microphone.play(new Int16Array(200).fill(5)).then(() => said.push('first'))
    const second = microphone.play(new Int16Array(10).fill(7)).then(() => said.push('second'))
    const frames = Array.from({ length: 3 }, frame)
    for (const out of frames) microphone.fill(out)
    await Promise.all([first, second])
    expect(said).toEqual(['first', 'second'])
    expect(frames.map((out) => out.filter((sample) => sample !== 0).length)).toEqual([160, 40, 10])
  })

  it('sends nothing at all while a digit is held, and goes on where it was', () => {
    const microphone = createMicrophone()
    void microphone.play(new Int16Array(320).fill(5))
    microphone.fill(frame())
    const letGo = microphone.hold()
    expect(microphone.fill(frame())).toBe(0)
    letGo()
    letGo()
    const out = frame()
    expect(microphone.fill(out)).toBe(160)
    expect(out[0]).toBe(5)
    microphone.hold()
    expect(microphone.fill(frame())).toBe(0)
  })

  it('lets go of everybody who waits when the phone stops', async () => {
    const microphone = createMicrophone()
    const waiting = microphone.play(new Int16Array(8_000).fill(5))
    microphone.stop()
    await waiting
    const out = frame()
    microphone.fill(out)
    expect(out[0]).toBe(0)
  })
})
