import { describe, expect, it } from 'vitest'
import { levelDb } from '../../src/audio/pcm.ts'
import { createSpectrum, windowWeight } from '../../src/audio/spectrum.ts'
import { findTurns } from '../../src/audio/turns.ts'
import { loadVoiceDetector } from '../../src/audio/voice-detector.ts'
import { entrega, gain, join, mix, noise, silence, sim, sound, tone } from './made-sounds.ts'

const detector = await loadVoiceDetector()
const turnsOf = (samples: Int16Array) => findTurns(samples, 8000, { detector })
const nothing = { onsets: [], ends: [], false_starts: [], turns: [] }

/** 0.5 s of quiet line and `laterMs`, then `wave`, over line noise of about -75 dBFS. */
function onLine(seconds: number, wave: (t: number) => number, laterMs = 0): Int16Array {
  const hiss = noise()
  const start = 0.5 + laterMs / 1_000
  return sound(seconds + 0.5, (t) => 0.0003 * hiss() + (t < start ? 0 : wave(t - start)))
}

const everyMs = Array.from({ length: 20 }, (_, ms) => ms)

describe('sounds of the telephone', () => {
  const melody = [392, 440, 494, 523, 587, 523, 494, 440]
  it.each<[string, (t: number) => number]>([
    ['dial tone 350 + 440', (t) => 0.1 * (tone(350, t) + tone(440, t))],
    ['dial tone 425', (t) => 0.2 * tone(425, t)],
    ['busy 425, 250 ms', (t) => (t % 0.5 < 0.25 ? 0.2 * tone(425, t) : 0)],
    ['busy 480 + 620', (t) => (t % 1 < 0.5 ? 0.1 * (tone(480, t) + tone(620, t)) : 0)],
    ['fast digits', (t) => (t % 0.14 < 0.07 ? 0.15 * (tone(770, t) + tone(1336, t)) : 0)],
    ['fax 2100', (t) => 0.3 * tone(2100, t)],
    ['a beep', (t) => (t > 1 && t < 1.3 ? 0.3 * tone(1000, t) : 0)],
    [
      'information tone 950, 1400, 1800',
      (t) => (t < 1 ? 0.2 * tone(t < 0.33 ? 950 : t < 0.66 ? 1400 : 1800, t) : 0),
    ],
    [
      'a melody with overtones',
      (t) => {
        const hz = melody[Math.floor(t * 4) % 8] ?? 0
        return 0.12 * Math.exp(-6 * (t % 0.25)) * (tone(hz, t) + tone(3 * hz, t) / 3)
      },
    ],
    ['mains hum', (t) => [1, 3, 5, 7, 9].reduce((sum, k) => sum + (0.05 / k) * tone(60 * k, t), 0)],
  ])('are no speech: %s', (_name, wave) => {
    expect(turnsOf(onLine(5, wave))).toEqual(nothing)
  })

  it.each<[string, (t: number) => number]>([
    ['dial tone 350 + 440', (t) => 0.1 * (tone(350, t) + tone(440, t))],
    ['ringback 425', (t) => 0.2 * tone(425, t)],
    ['busy 480 + 620', (t) => 0.1 * (tone(480, t) + tone(620, t))],
    ['a digit', (t) => 0.15 * (tone(770, t) + tone(1336, t))],
    ['a beep', (t) => (t < 0.1 ? 0.3 * tone(600, t) : 0)],
  ])('are no speech wherever in a frame they begin: %s', (_name, wave) => {
    for (const ms of everyMs) expect(turnsOf(onLine(1, wave, ms))).toEqual(nothing)
  })

  it.each([0.5, 2, 5])('are no speech when they are clicks of %f ms', (clickMs) => {
    const crackle = noise(3)
    const click = (t: number): number => (t % 0.4 < clickMs / 1_000 ? 0.7 * crackle() : 0)
    for (const ms of everyMs) expect(turnsOf(onLine(1, click, ms))).toEqual(nothing)
  })

  it('are no turn when they are chords whose tones lie 90 Hz apart or more', () => {
    const chords = [
      [523, 659, 784],
      [440, 523, 659],
      [349, 440, 523],
      [392, 494, 587],
    ]
    const music = onLine(8, (t) => {
      const chord = chords[Math.floor(t * 2) % 4] ?? []
      const loudness = 0.1 * Math.exp(-4 * (t % 0.5))
      return loudness * chord.reduce((sum, hz) => sum + tone(hz, t) + tone(2 * hz, t) / 2, 0)
    })
    expect(turnsOf(music).turns).toEqual([])
  })

  it('do not hide speech over them', () => {
    const ringing = sound(6, (t) => 0.05 * tone(425, t))
    const found = turnsOf(mix(ringing, join(silence(1.5), entrega())))
    expect(found.turns).toHaveLength(1)
    expect(found.onsets[0]).toBeLessThanOrEqual(1_620)
    expect(found.ends[0]).toBeLessThanOrEqual(1_500 + 2_832 + 800)
  })
})

describe('noise', () => {
  it('that begins is taken for speech no longer than about two seconds', () => {
    const hiss = noise()
    const found = turnsOf(sound(8, (t) => (t < 1 ? 0.0003 : 0.06) * hiss()))
    expect(found.turns).toHaveLength(1)
    expect(found.turns[0]?.end_ms).toBeLessThanOrEqual(3_400)
  })

  it('that ends leaves quiet speech audible', () => {
    const hiss = noise()
    const noisy = sound(8, (t) => (t < 3 ? 0.2 : 0.001) * hiss())
    const found = turnsOf(mix(noisy, join(silence(4), gain(entrega(), -26))))
    expect(found.turns).toHaveLength(1)
    expect(found.onsets[0]).toBeLessThanOrEqual(4_120)
  })

  it.each([0.001, 0.003, 0.01, 0.03])('of %f of full scale holds no speech', (level) => {
    const hiss = noise(7)
    expect(turnsOf(sound(20, () => level * hiss()))).toEqual(nothing)
  })
})

describe('speech', () => {
  it('that goes on when the sound begins is found at its next syllables', () => {
    const found = turnsOf(join(entrega(), silence(1)))
    expect(found.turns).toHaveLength(1)
    expect(found.onsets[0]).toBeLessThanOrEqual(700)
  })

  it('is one turn whether whispered (-50 dBFS) or overdriven', () => {
    for (const db of [-30, -20, -10, 0, 8]) {
      expect(turnsOf(join(silence(1), gain(sim(), db), silence(1))).turns).toHaveLength(1)
    }
  })
})

describe('the spectrum', () => {
  it('holds the power of a tone in its bins', () => {
    const spectrum = createSpectrum()
    for (const hz of [300, 437.5, 1_000, 3_333]) {
      const samples = sound(256 / 8000, (t) => 0.5 * tone(hz, t))
      spectrum.analyse(samples)
      const total = spectrum.power.reduce((sum, part) => sum + part, 0)
      expect(10 * Math.log10(total)).toBeCloseTo(10 * Math.log10(0.125), 0)
      const peak = spectrum.power.indexOf(Math.max(...spectrum.power))
      expect(Math.abs(peak * 31.25 - hz)).toBeLessThanOrEqual(15.7)
    }
  })

  it('agrees with the definition of the Fourier transform', () => {
    const spectrum = createSpectrum()
    const hiss = noise()
    const samples = sound(256 / 8000, () => 0.3 * hiss())
    spectrum.analyse(samples)
    for (const k of [0, 1, 7, 64, 100, 127, 128]) {
      let re = 0
      let im = 0
      samples.forEach((sample, n) => {
        const windowed = sample * windowWeight(n)
        re += windowed * Math.cos((2 * Math.PI * k * n) / 256)
        im -= windowed * Math.sin((2 * Math.PI * k * n) / 256)
      })
      const scale = 2 / 0.375 / (32_768 * 256) ** 2
      expect(spectrum.power[k]).toBeCloseTo((re * re + im * im) * scale, 10)
    }
  })
})

describe('levels', () => {
  it('are in dBFS', () => {
    expect(levelDb(silence(0.02))).toBe(-100)
    expect(levelDb(new Int16Array())).toBe(-100)
    expect(levelDb(sound(0.02, (t) => tone(1_000, t)))).toBeCloseTo(-3, 1)
    expect(levelDb(new Int16Array(160).fill(-32_768))).toBe(0)
  })
})
