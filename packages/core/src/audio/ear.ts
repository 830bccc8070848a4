import { createEcho } from './echo.ts'
import { createEndpointer, type EarEvents, type Endpointer } from './endpointer.ts'
import type { Rate } from './frames.ts'
import { halve, halveHistory } from './half-band.ts'
import { windowLength } from './spectrum.ts'
import { detectorFrame, type Voice, type VoiceDetector } from './voice-detector.ts'

export type { EarEvents } from './endpointer.ts'

/** What a frame says that may be an echo: rather no voice. */
const echoEvidence = -1

/** What one leg hears: finds speech in what the peer sends, as turns. Everything is synchronous. */
export interface Ear {
  /** Audio from the peer, of any length, at the ear's rate. `nowMs` is when it arrived, on the monotonic clock. */
  push(pcm: Int16Array, nowMs: number): void
  /** Every 20 ms: a silent peer may send nothing at all, and time without frames counts as silence. */
  tick(nowMs: number): void
  setSilenceMs(ms: number): void
  /** Level in dBFS of the 20 ms just played to this peer (-100 is silence): its echo is no voice. */
  played(levelDb: number): void
  /** Between an onset and its end or false start. */
  readonly speaking: boolean
  /** Forgets what began, without an event; keeps what it knows of the noise. */
  reset(): void
  /** Frees the detector; nothing is heard any more. */
  close(): void
}

/** Cuts audio of any length into the detector's frames of 20 ms at 8 kHz. */
class Framer {
  /** The last 32 ms at 8 kHz, when `isFull`. */
  readonly window: Int16Array
  readonly #input: Int16Array
  readonly #history: number
  #filled: number

  constructor(rate: Rate) {
    const wide = rate === 16_000
    this.#history = wide ? halveHistory : windowLength - detectorFrame
    this.#input = new Int16Array(this.#history + (wide ? 2 : 1) * detectorFrame)
    this.window = wide ? new Int16Array(windowLength) : this.#input
    this.#filled = this.#history
  }

  /** Samples that the next frame still wants. */
  get wanted(): number {
    return this.#input.length - this.#filled
  }

  /** Takes samples from `offset` on until a frame is full; returns how many it took. */
  take(pcm: Int16Array, offset: number): number {
    const count = Math.min(pcm.length - offset, this.wanted)
    const taken = count === pcm.length ? pcm : pcm.subarray(offset, offset + count)
    this.#input.set(taken, this.#filled)
    this.#filled += count
    if (this.wanted === 0 && this.window !== this.#input) {
      this.window.copyWithin(0, detectorFrame)
      halve(this.#input, this.window, windowLength - detectorFrame)
    }
    return count
  }

  /** Makes room for the next frame. */
  next(): void {
    this.#input.copyWithin(0, this.#input.length - this.#history)
    this.#filled = this.#history
  }
}

type EarOptions = { detector: VoiceDetector; rate: Rate; silenceMs: number; events: EarEvents }

/** The ear of one leg. `detector` is shared by all of them. */
export function createEar(o: EarOptions): Ear {
  return new PeerEar(o)
}

class PeerEar implements Ear {
  readonly #voice: Voice
  readonly #endpointer: Endpointer
  readonly #echo = createEcho()
  readonly #framer: Framer
  readonly #samplesPerMs: number
  #closed = false

  constructor(o: EarOptions) {
    this.#voice = o.detector.open()
    const { events } = o
    this.#endpointer = createEndpointer({
      ...o,
      events: {
        onset: (startMs, nowMs) => events.onset(startMs, nowMs),
        voice: (nowMs) => events.voice?.(nowMs),
        falseStart: (nowMs) => events.falseStart(nowMs),
        end: (turn) => {
          this.#echo.forgive()
          events.end(turn)
        },
      },
    })
    this.#framer = new Framer(o.rate)
    this.#samplesPerMs = o.rate / 1_000
  }

  get speaking(): boolean {
    return this.#endpointer.speaking
  }

  push(pcm: Int16Array, nowMs: number): void {
    const framer = this.#framer
    for (let offset = 0; offset < pcm.length && !this.#closed;) {
      offset += framer.take(pcm, offset)
      if (framer.wanted > 0) return
      // Counted back from the arrival: the last sample is of now.
      this.#hear(nowMs - (pcm.length - offset) / this.#samplesPerMs)
      framer.next()
    }
  }

  tick(nowMs: number): void {
    if (!this.#closed) this.#endpointer.tick(nowMs)
  }

  setSilenceMs(ms: number): void {
    this.#endpointer.silenceMs = ms
  }

  played(levelDb: number): void {
    this.#echo.played(levelDb)
  }

  reset(): void {
    this.#echo.forgive()
    this.#endpointer.reset()
  }

  close(): void {
    this.#closed = true
    this.#endpointer.reset()
    this.#voice.close()
  }

  #hear(endMs: number): void {
    const voice = this.#voice
    const evidence = voice.hear(this.#framer.window, this.#endpointer.speaking)
    const isVoice = evidence > 0
    const isEcho = isVoice && this.#echo.isEcho(voice.levelDb)
    this.#echo.learn(voice.levelDb, isVoice, this.#endpointer.speaking)
    this.#endpointer.frame(isEcho ? echoEvidence : evidence, endMs, voice.sure)
  }
}
