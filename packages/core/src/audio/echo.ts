import { at32 } from './at.ts'
import { frameMs } from './frames.ts'
import { silenceDb } from './pcm.ts'

/** There is no echo canceller: what is played may come back this late ... */
const echoMs = 400
/** ... and no louder than this below the loudest that was played meanwhile, as long as no line has shown what it really does, ... */
const leastLossDb = 12
/** ... and then no louder than it was of late, and this: two frames of one sound are never cut at the same place. */
const marginDb = 3
/** A line that returns nothing is not trusted further than this. */
const mostLossDb = 30
/** What was played quieter than this says nothing about the line. */
const quietestDb = -45
/** "Of late" is the last 4 s that were played: some words, and the gaps between them. */
const spans = 17
const spanFrames = 12
/** So much of it shows what the line does. */
const enoughFrames = 60
/** A voice that is heard over what is played becomes a turn within this time, or it was an echo. */
const suspectFrames = 15

const windowFrames = echoMs / frameMs + 1

/**
 * Tells what may be an echo of what is played to a peer. It learns from what comes back how much the peer's line and room
 * lose.
 */
export interface Echo {
  /** Level in dBFS of the 20 ms just played; -100 is silence. */
  played(levelDb: number): void
  /** Whether 20 ms of this level may be an echo. */
  isEcho(levelDb: number): boolean
  /** Learns from 20 ms. What seemed to be a voice, by what was known, is learnt when no turn comes of it. */
  learn(levelDb: number, isVoice: boolean, inTurn: boolean): void
  /** What seemed to be a voice was one. */
  forgive(): void
}

export function createEcho(): Echo {
  return new LearntEcho()
}

class LearntEcho implements Echo {
  readonly #levels = new Float32Array(windowFrames).fill(silenceDb)
  /** How far below the loudest played the heard came, at its loudest, in each span. */
  readonly #returned = new Float32Array(spans).fill(-mostLossDb)
  #returnedDb = -leastLossDb
  #loudest = silenceDb
  #next = 0
  #frames = 0
  #suspectDb = -Infinity
  #suspectFrames = 0

  played(levelDb: number): void {
    const gone = at32(this.#levels, this.#next)
    // As the array rounds it: else what is gone would not be known for the loudest.
    const level = Math.fround(levelDb)
    this.#levels[this.#next] = level
    this.#next = (this.#next + 1) % windowFrames
    if (level >= this.#loudest) this.#loudest = level
    else if (gone >= this.#loudest) this.#loudest = loudestOf(this.#levels)
  }

  isEcho(levelDb: number): boolean {
    return levelDb - this.#loudest <= Math.min(-leastLossDb, this.#returnedDb + marginDb)
  }

  learn(levelDb: number, isVoice: boolean, inTurn: boolean): void {
    if (this.#loudest > quietestDb) {
      const returned = levelDb - this.#loudest
      if (isVoice && !this.isEcho(levelDb)) this.#suspect(returned)
      else if (!inTurn) this.#take(returned)
    }
    if (inTurn || this.#suspectFrames === 0) return
    this.#suspectFrames -= 1
    if (this.#suspectFrames === 0) this.#take(this.#suspectDb)
  }

  forgive(): void {
    this.#suspectFrames = 0
  }

  #suspect(returned: number): void {
    if (this.#suspectFrames > 0) {
      this.#suspectDb = Math.max(this.#suspectDb, returned)
      return
    }
    this.#suspectDb = returned
    this.#suspectFrames = suspectFrames
  }

  #take(returned: number): void {
    const span = Math.floor(this.#frames / spanFrames) % spans
    const first = this.#frames % spanFrames === 0
    const known = Math.max(-mostLossDb, returned)
    if (first || known > at32(this.#returned, span)) this.#returned[span] = known
    this.#frames += 1
    if (this.#frames >= enoughFrames) this.#returnedDb = loudestOf(this.#returned)
  }
}

function loudestOf(levels: Float32Array): number {
  let loudest = -Infinity
  for (let i = 0; i < levels.length; i++) loudest = Math.max(loudest, at32(levels, i))
  return loudest
}
