/** What emulators take for speech: sound that is loud enough, for long enough. */

/** Quieter than this is no speech. */
const audibleRms = 300
const leastAudibleMs = 100
const windowMs = 20
/** A shorter pause is one inside a word. */
const wordPauseMs = 300

/** How long speech lasts in 16-bit mono sound, in milliseconds; 0: there is none. */
export function speechMs(pcm: Buffer, rate: number): number {
  const bytes = (rate * windowMs * 2) / 1_000
  let loud = 0
  for (let at = 0; at + 1 < pcm.length; at += bytes) {
    if (isAudible(pcm.subarray(at, at + bytes))) loud += windowMs
  }
  return loud >= leastAudibleMs ? loud : 0
}

/** Whether a block of 16-bit mono sound is loud enough to be speech. */
export function isAudible(pcm: Uint8Array): boolean {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const samples = pcm.byteLength >> 1
  let sum = 0
  for (let n = 0; n < samples; n++) sum += view.getInt16(2 * n, true) ** 2
  return samples > 0 && Math.sqrt(sum / samples) >= audibleRms
}

/** Hears a stream of sound, block by block, in the sound's own time. */
export interface SpeechEar {
  hear(pcm: Uint8Array, rate: number): void
  /** Speech so far, up to a pause longer than a word's. */
  readonly audibleMs: number
  /** Since the last audible block. */
  readonly quietMs: number
  /** Enough was audible. */
  readonly hearsSpeech: boolean
}

export function createSpeechEar(): SpeechEar {
  let audibleMs = 0
  let quietMs = 0
  return {
    hear(pcm, rate) {
      const ms = (pcm.length / 2 / rate) * 1_000
      if (isAudible(pcm)) {
        audibleMs += ms
        quietMs = 0
      } else {
        quietMs += ms
        if (quietMs > wordPauseMs) audibleMs = 0
      }
    },
    get audibleMs() {
      return audibleMs
    },
    get quietMs() {
      return quietMs
    },
    get hearsSpeech() {
      return audibleMs >= leastAudibleMs
    },
  }
}
