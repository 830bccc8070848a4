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
    it('is one turn that keeps its first word and is noticed and ended in time', () => {
      const found = findTurns(sound.samples, sound.rate, { detector, silenceMs })
      const verdict = judge(sound, found, silenceMs)
      expect(found.turns).toHaveLength(1)
      expect(verdict.onsetDelayMs).toBeGreaterThan(0)
      // The s of "sim" drowns in white noise of 10 dB.
      expect(verdict.onsetDelayMs).toBeLessThanOrEqual(sound.kind === 'white10' ? 125 : 120)
      expect(verdict.firstWordLost).toBe(false)
      expect(verdict.endDelayMs).toBeLessThanOrEqual(100)
    })
  })

  it.each(of('none'))('$name is no turn, nor the beginning of one', (sound) => {
    const found = findTurns(sound.samples, sound.rate, { detector, silenceMs })
    expect(found).toEqual({ onsets: [], ends: [], false_starts: [], turns: [] })
  })
})

/** The sound `ms` later: what comes before is its own beginning, mirrored. */
function later({ samples }: Sound, ms: number): Int16Array {
  const offset = ms * 8
  const head = samples.slice(0, offset).toReversed()
  const shifted = new Int16Array(samples.length + offset)
  shifted.set(head)
  shifted.set(samples, offset)
  return shifted
}

describe('wherever its frames begin', () => {
  const offsetsMs = [1, 5, 9, 13, 17]
  // An s in noise cannot be heard: what is late then is late by one frame at most.
  it.each([
    ['clean', 110],
    ['pause', 60],
    ['street15', 130],
    ['street5', 150],
    ['babble10', 150],
    ['white10', 150],
  ])('%s speech is noticed within %i ms', (kind, mostMs) => {
    for (const sound of of(kind)) {
      for (const ms of offsetsMs) {
        const { onsets } = findTurns(later(sound, ms), sound.rate, { detector })
        const start = (sound.speech[0]?.[0] ?? NaN) + ms
        expect((onsets[0] ?? Infinity) - start, `${sound.name}, ${ms} ms`).toBeLessThanOrEqual(
          mostMs,
        )
      }
    }
  })

  it.each(of('none'))('$name begins nothing', (sound) => {
    for (const ms of offsetsMs) {
      expect(findTurns(later(sound, ms), sound.rate, { detector }).onsets, `${ms} ms`).toEqual([])
    }
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
