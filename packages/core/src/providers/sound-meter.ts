/** Below this peak (-44 dBFS) nobody hears a word. */
const quietestPeak = 200

/** How long speech sounded, from its first audible sample to its last: vendors pad with silence. */
export interface SoundMeter {
  add(samples: Int16Array): void
  readonly soundMs: number
  readonly audible: boolean
}

export function createSoundMeter(rate: number): SoundMeter {
  let at = 0
  let first = -1
  let last = -1
  return {
    add(samples) {
      for (let i = 0; i < samples.length; i++) {
        if (Math.abs(samples[i] ?? 0) < quietestPeak) continue
        if (first < 0) first = at + i
        last = at + i
      }
      at += samples.length
    },
    get soundMs() {
      return first < 0 ? 0 : ((last - first + 1) * 1_000) / rate
    },
    get audible() {
      return first >= 0
    },
  }
}
