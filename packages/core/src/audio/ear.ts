import { createEndpointer, type EarEvents } from './endpointer.ts'
import { frameMs, type Rate } from './frames.ts'
import { halve, halveHistory } from './half-band.ts'
import { silenceDb } from './pcm.ts'
import { windowLength } from './spectrum.ts'
import { detectorFrame, type Voice, type VoiceDetector } from './voice-detector.ts'

export type { EarEvents } from './endpointer.ts'

/** There is no echo canceller: what is played may come back this late ... */
const echoMs = 400
/** ... and no louder than this below what was played. */
const echoLossDb = 12
/** What a frame says that may be an echo: rather no voice. */
const echoEvidence = -1
const echoFrames = echoMs / frameMs + 1

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

/** The loudest of the last 400 ms that were played. */
function createEcho(): { played(levelDb: number): void; readonly levelDb: number } {
  const levels = new Float32Array(echoFrames).fill(silenceDb)
  let next = 0
  let loudest = silenceDb
  return {
    played(levelDb) {
      const gone = levels[next] ?? silenceDb
      levels[next] = levelDb
      next = (next + 1) % echoFrames
      if (levelDb >= loudest) loudest = levelDb
      else if (gone >= loudest) loudest = levels.reduce((a, b) => Math.max(a, b), silenceDb)
    },
    get levelDb() {
      return loudest - echoLossDb
    },
  }
}

/** Cuts audio of any length into the detector's frames of 20 ms at 8 kHz. */
function createFramer(o: { rate: Rate; onFrame: (window: Int16Array) => void }): {
  /** Takes samples from `offset` on until a frame is full; returns how many it took. */
  take(pcm: Int16Array, offset: number): number
  /** Samples that the next frame still wants. */
  readonly wanted: number
} {
  const wide = o.rate === 16_000
  const history = wide ? halveHistory : windowLength - detectorFrame
  const input = new Int16Array(history + (wide ? 2 : 1) * detectorFrame)
  const window = wide ? new Int16Array(windowLength) : input
  let filled = history
  return {
    get wanted() {
      return input.length - filled
    },
    take(pcm, offset) {
      const count = Math.min(pcm.length - offset, input.length - filled)
      for (let i = 0; i < count; i++) input[filled + i] = pcm[offset + i] ?? 0
      filled += count
      if (filled < input.length) return count
      if (wide) {
        window.copyWithin(0, detectorFrame)
        halve(input, window, windowLength - detectorFrame)
      }
      o.onFrame(window)
      input.copyWithin(0, input.length - history)
      filled = history
      return count
    },
  }
}

/** The ear of one leg. `detector` is shared by all of them. */
export function createEar(o: {
  detector: VoiceDetector
  rate: Rate
  silenceMs: number
  events: EarEvents
}): Ear {
  const voice: Voice = o.detector.open()
  const endpointer = createEndpointer({ silenceMs: o.silenceMs, events: o.events })
  const echo = createEcho()
  const samplesPerMs = o.rate / 1_000
  let frameEndMs = 0
  let closed = false

  const framer = createFramer({
    rate: o.rate,
    onFrame(window) {
      const evidence = voice.hear(window, endpointer.speaking)
      const isEcho = evidence > 0 && voice.levelDb <= echo.levelDb
      endpointer.frame(isEcho ? echoEvidence : evidence, frameEndMs, voice.sure)
    },
  })

  return {
    push(pcm, nowMs) {
      for (let offset = 0; offset < pcm.length && !closed;) {
        // Counted back from the arrival: the last sample is of now.
        frameEndMs = nowMs - (pcm.length - offset - framer.wanted) / samplesPerMs
        offset += framer.take(pcm, offset)
      }
    },
    tick(nowMs) {
      if (!closed) endpointer.tick(nowMs)
    },
    setSilenceMs(ms) {
      endpointer.silenceMs = ms
    },
    played(levelDb) {
      echo.played(levelDb)
    },
    get speaking() {
      return endpointer.speaking
    },
    reset() {
      endpointer.reset()
    },
    close() {
      closed = true
      endpointer.reset()
      voice.close()
    },
  }
}
