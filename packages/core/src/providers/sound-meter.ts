/** Below this peak (-44 dBFS) nobody hears a word. */
const quietestPeak = 200

/** How long speech sounded, from its first audible sample to its last: vendors pad with silence. */
export interface SoundMeter {
  add(samples: Int16Array): void
  readonly soundMs: number
  readonly audible: boolean
}

export function createSoundMeter(rate: number): SoundMeter {
  return new AudibleSpan(rate)
}

class AudibleSpan implements SoundMeter {
  readonly #rate: number
  #at = 0
  #first = -1
  #last = -1

  constructor(rate: number) {
    this.#rate = rate
  }

  get soundMs(): number {
    return this.audible ? ((this.#last - this.#first + 1) * 1_000) / this.#rate : 0
  }

  get audible(): boolean {
    return this.#first >= 0
  }

  add(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i] ?? 0) < quietestPeak) continue
      if (this.#first < 0) this.#first = this.#at + i
      this.#last = this.#at + i
    }
    this.#at += samples.length
  }
}
