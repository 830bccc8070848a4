import { describe, expect, it } from 'vitest'
import { createEcho } from '../../src/audio/echo.ts'
import type { Rate } from '../../src/audio/frames.ts'
import { levelDb } from '../../src/audio/pcm.ts'
import { resample } from '../../src/audio/resample.ts'
import { first, frames, listen, play, types } from './listening.ts'
import { loadSounds } from './labelled-sounds.ts'
import { entrega, gain, join, mix, noise, silence, sim, sound } from './made-sounds.ts'

type Line = {
  spoken: Int16Array
  lossDb: number
  delayMs: number
  /** What the peer says itself. */
  said?: Int16Array
  /** Peak of white noise on the line, of 1. */
  noise?: number
  rate?: Rate
}

/** Plays `spoken` to a peer from whom it comes back. All sounds are at 8 kHz, whatever the line's rate is. */
function converse({ rate = 8000, ...o }: Line) {
  const { ear, told } = listen({ rate })
  const echo = join(silence(o.delayMs / 1_000), gain(o.spoken, -o.lossDb))
  const hiss = noise()
  const line = sound(echo.length / 8_000, () => (o.noise ?? 0) * hiss())
  const back = mix(mix(echo, o.said ?? silence(0)), line)
  const at = (samples: Int16Array): Int16Array =>
    rate === 8000 ? samples : resample(samples, 8000, rate)
  const spoken = frames(at(o.spoken), rate)
  frames(at(back), rate).forEach((pcm, i) => {
    const played = spoken[i]
    ear.played(played ? levelDb(played) : -100)
    ear.push(pcm, (i + 1) * 20)
    ear.tick((i + 1) * 20)
  })
  ear.close()
  return told
}

const spoken = join(silence(0.5), entrega(), entrega(), silence(0.5))
const sentences = loadSounds()
  .filter(({ kind }) => kind === 'clean')
  .map(({ samples }) => samples)

describe('what is played', () => {
  it.each([
    [20, 150],
    [20, 0],
    [14, 60],
    [13, 380],
  ])('is no voice when it comes back %i dB lower and %i ms later', (lossDb, delayMs) => {
    expect(converse({ spoken, lossDb, delayMs })).toEqual([])
  })

  it.each([
    [8000, 0],
    [8000, 0.003],
    [8000, 0.01],
    [16_000, 0],
    [16_000, 0.003],
    [16_000, 0.01],
  ] as const)(
    'is no voice for a whole call at %i Hz, with noise of %d on the line',
    (rate, hiss) => {
      const long = join(...sentences, ...sentences.toReversed())
      for (const delayMs of [143, 150, 158]) {
        expect(converse({ spoken: long, lossDb: 20, delayMs, rate, noise: hiss })).toEqual([])
      }
    },
  )

  it('would be one if nobody said that it was played', () => {
    const { ear, told } = listen()
    play(ear, gain(spoken, -20))
    expect(types(told)).toContain('onset')
    ear.close()
  })

  it.each([
    [8000, 20],
    [8000, 10],
    [16_000, 20],
    [16_000, 10],
  ] as const)('at %i Hz does not hide a voice %i dB above its echo', (rate, aboveDb) => {
    const said = join(silence(2.5), gain(entrega(), aboveDb - 20))
    const told = converse({ spoken, lossDb: 20, delayMs: 150, said, rate })
    const onset = first(told, 'onset')
    expect(onset?.nowMs).toBeGreaterThan(2_500)
    expect(onset?.nowMs).toBeLessThanOrEqual(2_660)
  })

  it('may come back louder after a while: it interrupts nothing, and soon pauses nothing any more', () => {
    const headset = gain(spoken, -40)
    const shoulder = Array.from({ length: 4 }, () => gain(spoken, -14))
    const back = join(headset, ...shoulder)
    const { ear, told } = listen()
    const all = frames(join(spoken, spoken, spoken, spoken, spoken))
    let paused = false
    frames(back).forEach((pcm, i) => {
      const heard = paused ? silence(0.02) : pcm
      ear.played(paused ? -100 : levelDb(all[i] ?? silence(0.02)))
      ear.push(heard, (i + 1) * 20)
      ear.tick((i + 1) * 20)
      paused = ear.speaking
    })
    ear.close()
    expect(types(told)).not.toContain('end')
    const last = told.findLast(({ type }) => type === 'onset')
    expect(last?.nowMs).toBeLessThan(all.length * 8)
  })

  it.each([-0.1, -11.3, -17.77, -20.2, 100 / -3])(
    'at %f dBFS is forgotten after 400 ms',
    (level) => {
      const echo = createEcho()
      echo.played(level)
      for (let frame = 0; frame < 20; frame++) echo.played(-100)
      expect(echo.isEcho(level - 15)).toBe(true)
      echo.played(-100)
      expect(echo.isEcho(level - 15)).toBe(false)
    },
  )

  it('is forgotten 400 ms after it ended', () => {
    const said = join(silence(7.2), sim(), silence(1))
    const told = converse({ spoken, lossDb: 20, delayMs: 150, said })
    expect(types(told)).toEqual(['onset', 'end'])
  })
})
