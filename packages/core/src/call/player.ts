import type { FrameSource } from '../audio/frames.ts'
import type { Utterance } from '../speech/utterance.ts'

/** How a playout ended. `fraction` is the part of the utterance that left for the peer, 0 to 1. */
export type Playout = { how: 'finished' | 'stopped' | 'failed'; fraction: number }

export type PlayerEvents = {
  /** Synchronous with the first frame that holds something of it. */
  readonly onFirst?: () => void
  /** Called once, synchronously with the frame that ended it or with `stop`. */
  readonly onDone: (playout: Playout) => void
}

/**
 * Plays one utterance at a time into a leg, pulled by the pacer. Chunks are read where they are: nothing is
 * copied but the frame itself. While chunks are late it gives silence, never a repeated sample.
 */
export interface Player extends FrameSource {
  readonly busy: boolean
  play(utterance: Utterance, o: PlayerEvents): void
  /** Plays it first, whole, whatever is being played: that waits. Nothing stops it but `pause('all')`. */
  interject(utterance: Utterance, o: PlayerEvents): void
  readonly interjecting: boolean
  /** `speech`: what was interjected is heard all the same. */
  pause(what: 'all' | 'speech'): void
  resume(): void
  stop(): void
}

type Playing = {
  utterance: Utterance
  events: PlayerEvents
  chunk: number
  offset: number
  played: number
}

export function createPlayer(): Player {
  return new OneAtATime()
}

class OneAtATime implements Player {
  #playing: Playing | null = null
  #interjection: Playing | null = null
  #paused: 'all' | 'speech' | null = null

  get busy(): boolean {
    return this.#playing !== null
  }

  get interjecting(): boolean {
    return this.#interjection !== null
  }

  play(utterance: Utterance, events: PlayerEvents): void {
    this.stop()
    this.#playing = startOf(utterance, events)
  }

  interject(utterance: Utterance, events: PlayerEvents): void {
    this.#interjection = startOf(utterance, events)
  }

  pause(what: 'all' | 'speech'): void {
    this.#paused = what
  }

  resume(): void {
    this.#paused = null
  }

  stop(): void {
    this.#done('stopped')
  }

  fill(out: Int16Array): number {
    if (this.#paused === 'all') return 0
    if (this.#interjection !== null) {
      const ended = this.#interjection
      const { written, how } = nextFrame(ended, out)
      if (how !== null) this.#interjection = null
      if (how !== null) tellEnd(ended, how)
      return written
    }
    if (this.#playing === null || this.#paused !== null) return 0
    const { written, how } = nextFrame(this.#playing, out)
    if (how !== null) this.#done(how)
    return written
  }

  #done(how: Playout['how']): void {
    const ended = this.#playing
    if (ended === null) return
    this.#playing = null
    tellEnd(ended, how)
  }
}

function startOf(utterance: Utterance, events: PlayerEvents): Playing {
  return { utterance, events, chunk: 0, offset: 0, played: 0 }
}

function tellEnd(ended: Playing, how: Playout['how']): void {
  ended.events.onDone({ how, fraction: how === 'finished' ? 1 : fractionOf(ended) })
}

/** `how`: it ended with this frame. */
function nextFrame(
  playing: Playing,
  out: Int16Array,
): { written: number; how: 'finished' | 'failed' | null } {
  const isFirst = playing.played === 0
  const written = copyFrame(playing, out)
  if (isFirst && written > 0) playing.events.onFirst?.()
  const { utterance, chunk } = playing
  const isOver = utterance.complete && chunk >= utterance.chunks.length
  if (!isOver) return { written, how: null }
  return { written, how: utterance.failed === null ? 'finished' : 'failed' }
}

/** Copies up to one frame; an 8 kHz utterance on a leg that turned out to be 16 kHz is doubled. */
function copyFrame(playing: Playing, out: Int16Array): number {
  const step = out.length === 320 && playing.utterance.rate === 8000 ? 2 : 1
  let written = 0
  while (written < out.length) {
    const chunk = playing.utterance.chunks[playing.chunk]
    if (chunk === undefined) break
    const take = Math.min((out.length - written) / step, chunk.length - playing.offset)
    const part = chunk.subarray(playing.offset, playing.offset + take)
    if (step === 1) out.set(part, written)
    else stretch(part, out, written)
    written += take * step
    playing.offset += take
    playing.played += take
    if (playing.offset >= chunk.length) {
      playing.chunk += 1
      playing.offset = 0
    }
  }
  return written
}

/** Twice the rate by linear interpolation: only for the sentence during which the rate became known. */
function stretch(part: Int16Array, out: Int16Array, at: number): void {
  for (let i = 0; i < part.length; i++) {
    const sample = part[i] ?? 0
    const next = part[i + 1] ?? sample
    out[at + 2 * i] = sample
    out[at + 2 * i + 1] = (sample + next) >> 1
  }
}

function fractionOf(playing: Playing): number {
  const total = playing.utterance.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return total === 0 ? 0 : Math.min(1, playing.played / total)
}
