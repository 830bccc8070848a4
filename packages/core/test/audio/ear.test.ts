import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadVoiceDetector } from '../../src/audio/voice-detector.ts'
import { first, frames, listen, play, tickUntil, types, type Told } from './listening.ts'
import { entrega, join, noise, silence, sim, sound } from './made-sounds.ts'

describe('an ear', () => {
  it('tells the beginning, where it was, and the end', () => {
    const { ear, told } = listen()
    const end = play(ear, join(silence(1), entrega()))
    expect(ear.speaking).toBe(true)
    tickUntil(ear, end, end + 1_000)
    expect(types(told)).toEqual(['onset', 'end'])
    expect(first(told, 'onset')?.startMs).toBeGreaterThanOrEqual(940)
    expect(first(told, 'onset')?.startMs).toBeLessThanOrEqual(1_040)
    const turn = first(told, 'end')
    expect(turn?.startMs).toBe(first(told, 'onset')?.startMs)
    expect(turn?.voicedMs).toBeGreaterThan(1_500)
    expect(turn?.voicedMs).toBeLessThanOrEqual(2_900)
    expect(ear.speaking).toBe(false)
    ear.close()
  })

  it('ends a turn by the clock when the peer sends nothing any more', () => {
    const { ear, told } = listen()
    const end = play(ear, join(silence(1), sim()))
    tickUntil(ear, end, end + 600)
    expect(types(told)).toEqual(['onset'])
    tickUntil(ear, end + 600, end + 800)
    const turn = first(told, 'end')
    expect(turn?.nowMs).toBe((turn?.lastVoiceMs ?? 0) + 700)
    ear.close()
  })

  it('takes a hole of 240 ms (a digit being pressed) for silence, not for the end', () => {
    const { ear, told } = listen()
    const before = play(ear, join(silence(1), entrega()))
    tickUntil(ear, before, before + 240)
    play(ear, entrega(), before + 240)
    expect(types(told)).toEqual(['onset'])
    ear.close()
  })

  it('is not misled by frames that come late and then together', () => {
    const steady = listen()
    const jittery = listen()
    const all = frames(join(silence(1), entrega(), silence(1)))
    all.forEach((pcm, i) => {
      const due = (i + 1) * 20
      steady.ear.push(pcm, due)
      steady.ear.tick(due)
      // Every other frame waits for the next one: 20 ms late, then two at once; ticks go on.
      const late = i % 2 === 0 ? due + 38 : due + 18
      jittery.ear.push(pcm, late)
      if (i % 2 === 1) jittery.ear.tick(late)
    })
    expect(types(jittery.told)).toEqual(['onset', 'end'])
    const delay = (told: readonly Told[]): number => first(told, 'end')?.nowMs ?? NaN
    expect(Math.abs(delay(jittery.told) - delay(steady.told))).toBeLessThanOrEqual(60)
    steady.ear.close()
    jittery.ear.close()
  })

  it('hears the same however the sound is cut', () => {
    const whole = join(silence(1), entrega(), silence(1))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (lengths) => {
        const { ear, told } = listen()
        for (let at = 0, i = 0; at < whole.length; i++) {
          const end = Math.min(at + (lengths[i % lengths.length] ?? 1), whole.length)
          ear.push(whole.subarray(at, end), end / 8)
          at = end
        }
        expect(types(told)).toEqual(['onset', 'end'])
        expect(first(told, 'onset')).toMatchObject({ startMs: 1_000, nowMs: 1_040 })
        ear.close()
      }),
      { numRuns: 20 },
    )
  })

  it('takes a new silence setting at once', () => {
    const { ear, told } = listen()
    const end = play(ear, join(silence(1), sim()))
    ear.setSilenceMs(350)
    tickUntil(ear, end, end + 400)
    expect(types(told)).toEqual(['onset', 'end'])
    ear.close()
  })

  it('calls a knock a false start', () => {
    const hiss = noise()
    const knock = sound(0.09, () => 0.3 * hiss())
    const { ear, told } = listen()
    play(ear, join(silence(1), knock, silence(1)))
    expect(types(told)).toEqual(['onset', 'false-start'])
    const knocked = first(told, 'false-start')
    expect(knocked?.nowMs).toBeLessThanOrEqual(1_500)
    ear.close()
  })

  it('forgets without a word what began when it is reset, and goes on hearing', () => {
    const { ear, told } = listen()
    const end = play(ear, join(silence(1), entrega()))
    ear.reset()
    ear.reset()
    expect(ear.speaking).toBe(false)
    const later = play(ear, join(silence(1), sim(), silence(1)), end)
    expect(later).toBeGreaterThan(end)
    expect(types(told)).toEqual(['onset', 'onset', 'end'])
    ear.close()
  })

  it('hears nothing after it was closed, and may be closed twice', () => {
    const { ear, told } = listen()
    ear.close()
    ear.close()
    tickUntil(ear, play(ear, join(silence(1), entrega())), 9_000)
    expect(told).toEqual([])
  })

  it('gives its part of the detector back when it is closed', async () => {
    const crowded = await loadVoiceDetector()
    const before = crowded.memoryBytes
    while (crowded.memoryBytes === before) crowded.open()
    // The memory has just grown: this many more calls, if they stayed, would not fit into what was added.
    const grown = crowded.memoryBytes
    const calls = Math.ceil((grown - before) / 700) + 500
    for (let i = 0; i < calls; i++) listen({ on: crowded }).ear.close()
    expect(crowded.memoryBytes).toBe(grown)
  })

  it('is one of a thousand on one detector, each with its own state', () => {
    const ears = Array.from({ length: 1_000 }, () => listen())
    const spoken = join(silence(1), sim(), silence(1))
    for (const { ear } of [...ears.slice(0, 2), ...ears.slice(-2)]) play(ear, spoken)
    expect(ears.filter(({ told }) => told.length === 2)).toHaveLength(4)
    expect(ears.filter(({ told }) => told.length === 0)).toHaveLength(996)
    for (const { ear } of ears) ear.close()
  })
})
