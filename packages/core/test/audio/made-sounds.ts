import { readFileSync } from 'node:fs'
import { readWav } from '../../src/audio/wav.ts'

const rate = 8_000

/** `seconds` of sound at 8 kHz from a function of time that gives -1..1. */
export function sound(seconds: number, wave: (t: number) => number): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) =>
    Math.round(32_767 * Math.max(-1, Math.min(1, wave(i / rate)))),
  )
}

export function silence(seconds: number): Int16Array {
  return new Int16Array(Math.round(seconds * rate))
}

/** Noise that is the same in every run (a linear congruential generator, Numerical Recipes), -1..1. */
export function noise(seed = 1): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

export function tone(hz: number, t: number): number {
  return Math.sin(2 * Math.PI * hz * t)
}

export function join(...parts: Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

export function mix(a: Int16Array, b: Int16Array): Int16Array {
  const clip = (x: number): number => Math.max(-32_768, Math.min(32_767, x))
  return Int16Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    clip((a[i] ?? 0) + (b[i] ?? 0)),
  )
}

export function gain(samples: Int16Array, db: number): Int16Array {
  return samples.map((sample) => Math.round(sample * 10 ** (db / 20)))
}

/** The speech of a clean recording without the silence around it. */
function speech(name: string, [startMs, endMs]: readonly [number, number]): Int16Array {
  const { samples } = readWav(
    readFileSync(new URL(`../../../../test/audio/${name}`, import.meta.url)),
  )
  return samples.slice((startMs * rate) / 1_000, (endMs * rate) / 1_000)
}

/** "Tenho uma entrega para o apartamento quinhentos e um", 2.8 s. */
export const entrega = (): Int16Array => speech('002-clean.wav', [958, 3790])
/** "sim", 0.36 s. */
export const sim = (): Int16Array => speech('000-clean.wav', [902, 1263])
