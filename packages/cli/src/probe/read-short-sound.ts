import { resampleRates } from '@portaria/core/audio/resample'
import { ConfigError } from '@portaria/core/errors'
import { readSound } from '../call/prepare-sounds.ts'
import type { Sound } from './hear-sound.ts'

/** A recogniser hears it at the pace of speech, and a visitor's turn is no longer. */
const longestSeconds = 120

/** A recording to be recognised. Throws ConfigError that names the file. */
export async function readShortSound(path: string): Promise<Sound> {
  const sound = await readSound(path)
  const seconds = sound.samples.length / sound.rate
  if (seconds === 0) throw new ConfigError(`${path} holds no sound: give another recording`)
  if (!resampleRates.some((rate) => rate === sound.rate)) {
    const known = resampleRates.join(', ')
    throw new ConfigError(
      `${path} has ${sound.rate} samples a second: give one with ${known} (sox in.wav -r 8000 out.wav)`,
    )
  }
  if (seconds <= longestSeconds) return sound
  const long = `${path} is ${Math.round(seconds)} s long`
  throw new ConfigError(`${long}: give a recording of at most ${longestSeconds} s`)
}
