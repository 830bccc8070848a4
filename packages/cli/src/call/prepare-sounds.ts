import { readFile } from 'node:fs/promises'
import { resample } from '@portaria/core/audio/resample'
import { readWav } from '@portaria/core/audio/wav'
import { ConfigError, isConfigError, messageOf } from '@portaria/core/errors'
import { type Sound, soundKey, type Step } from './step.ts'

/** What the test phone sends: narrow band, as Asterisk's application does. */
const rate = 8_000

/** Speaks a text; samples at 8 kHz. */
export type Speaker = (text: string) => Promise<Int16Array>

/** A WAV file at 8 kHz. Throws ConfigError that names the file. */
export async function readSound(path: string): Promise<{ rate: number; samples: Int16Array }> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new ConfigError(`cannot read ${path}: ${messageOf(error)}. Correct the path`, {
      cause: error,
    })
  }
  try {
    return readWav(bytes)
  } catch (error) {
    if (!isConfigError(error)) throw error
    throw new ConfigError(`${path}: ${error.message}`, { cause: error })
  }
}

/** All sounds of a call, made before it begins: a call is no place to wait for a voice. */
export async function prepareSounds(
  steps: readonly Step[],
  speaker: () => Promise<Speaker & AsyncDisposable>,
): Promise<ReadonlyMap<string, Int16Array>> {
  const wanted = new Map<string, Sound>()
  for (const step of steps) if (step.type === 'say') wanted.set(soundKey(step.sound), step.sound)
  const sounds = new Map<string, Int16Array>()
  const texts: { key: string; text: string }[] = []
  for (const [key, sound] of wanted) {
    if (sound.from === 'text') texts.push({ key, text: sound.text })
    else {
      const wav = await readSound(sound.path)
      sounds.set(key, resample(wav.samples, wav.rate, rate))
    }
  }
  if (texts.length === 0) return sounds
  await using speak = await speaker()
  for (const { key, text } of texts) sounds.set(key, await speak(text))
  return sounds
}
