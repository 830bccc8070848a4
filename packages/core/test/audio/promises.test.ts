import { describe, expect, it } from 'vitest'
import { findTurns } from '../../src/audio/turns.ts'
import { loadVoiceDetector } from '../../src/audio/voice-detector.ts'
import { judge, loadSounds, type Sound } from './labelled-sounds.ts'

const detector = await loadVoiceDetector()
const sounds = loadSounds()
const of = (...kinds: string[]): Sound[] => sounds.filter((s) => kinds.includes(s.kind))

/** The same sound at 16 kHz, as a wide-band leg hears it. */
function widened({ samples }: Sound): Int16Array {
  const at = (i: number): number => samples[i] ?? 0
  return Int16Array.from({ length: samples.length * 2 }, (_, i) =>
    i % 2 === 0 ? at(i / 2) : (at((i - 1) / 2) + at((i + 1) / 2)) / 2,
  )
}

describe.each([700, 350])('with a silence setting of %i ms', (silenceMs) => {
  describe.each(of('clean', 'street15', 'babble10'))('$name', (sound) => {
    const found = findTurns(sound.samples, sound.rate, { detector, silenceMs })
    const verdict = judge(sound, found, silenceMs)

    it('is one turn', () => {
      expect(found.turns).toHaveLength(1)
      expect(found.false_starts).toEqual([])
    })

    it('is noticed within 120 ms, and not before it begins', () => {
      expect(verdict.onsetDelayMs).toBeGreaterThan(0)
      expect(verdict.onsetDelayMs).toBeLessThanOrEqual(120)
    })

    it('loses nothing of the first word', () => {
      expect(verdict.firstWordLost).toBe(false)
    })

    it('ends at most 100 ms after the silence setting, and not long before it', () => {
      expect(verdict.endDelayMs).toBeLessThanOrEqual(100)
      expect(verdict.endDelayMs).toBeGreaterThan(-200)
    })
  })

  describe.each(of('street5', 'white10'))('$name', (sound) => {
    it('is one turn that keeps its first word and ends in time, if noticed later', () => {
      const found = findTurns(sound.samples, sound.rate, { detector, silenceMs })
      const verdict = judge(sound, found, silenceMs)
      expect(found.turns).toHaveLength(1)
      expect(verdict.onsetDelayMs).toBeGreaterThan(0)
      expect(verdict.onsetDelayMs).toBeLessThanOrEqual(160)
      expect(verdict.firstWordLost).toBe(false)
      expect(verdict.endDelayMs).toBeLessThanOrEqual(100)
    })
  })

  it.each(of('none'))('$name is no turn, nor the beginning of one', (sound) => {
    const found = findTurns(sound.samples, sound.rate, { detector, silenceMs })
    expect(found).toEqual({ onsets: [], ends: [], false_starts: [], turns: [] })
  })
})

describe('a hesitation', () => {
  it.each(['pause-300.wav', 'pause-500.wav'])('does not end the turn: %s', (name) => {
    const sound = of('pause').find((s) => s.name === name)
    if (!sound) throw new Error(`${name} is missing`)
    const found = findTurns(sound.samples, sound.rate, { detector, silenceMs: 700 })
    expect(found.turns).toHaveLength(1)
    expect(judge(sound, found, 700)).toMatchObject({ endedInside: 0, firstWordLost: false })
  })

  it('longer than the silence setting does', () => {
    const sound = of('pause').find((s) => s.name === 'pause-800.wav')
    if (!sound) throw new Error('pause-800.wav is missing')
    expect(findTurns(sound.samples, sound.rate, { detector, silenceMs: 700 }).turns).toHaveLength(2)
    expect(findTurns(sound.samples, sound.rate, { detector, silenceMs: 900 }).turns).toHaveLength(1)
  })
})

describe('at 16 kHz', () => {
  it.each(of('clean', 'street15', 'babble10'))('$name is heard as at 8 kHz', (sound) => {
    const narrow = findTurns(sound.samples, 8000, { detector }).turns
    const wide = findTurns(widened(sound), 16_000, { detector }).turns
    expect(wide).toHaveLength(narrow.length)
    expect(Math.abs((wide[0]?.start_ms ?? 0) - (narrow[0]?.start_ms ?? 0))).toBeLessThanOrEqual(40)
    expect(Math.abs((wide[0]?.end_ms ?? 0) - (narrow[0]?.end_ms ?? 0))).toBeLessThanOrEqual(60)
  })
})

describe('a quiet line', () => {
  it.each(of('clean'))('$name 20 dB quieter is still one turn, heard in time', (sound) => {
    const quiet = sound.samples.map((s) => Math.round(s / 10))
    const found = findTurns(quiet, sound.rate, { detector })
    expect(found.turns).toHaveLength(1)
    expect(judge(sound, found, 700).onsetDelayMs).toBeLessThanOrEqual(140)
  })
})
