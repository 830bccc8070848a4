import type { Rate } from '../audio/frames.ts'

/**
 * What is kept from before an onset is noticed: up to 145 ms of noticing in noise (docs/endpointing.md), and 300 ms for a
 * whole first word.
 */
const preRollMs = 460

/** Samples gathered into blocks of 100 ms, or kept as a sliding pre-roll between turns. */
export interface PcmBlocks {
  /** Adds samples; out of a turn (`write` null) only the last of them are kept, as pre-roll. */
  add(pcm: Int16Array, write: ((block: Int16Array) => void) | null): void
  /** What is kept, as a block: borrowed until return. */
  flush(write: (block: Int16Array) => void): void
}

export function createPcmBlocks(rate: Rate): PcmBlocks {
  return new BlocksOfPcm(rate)
}

class BlocksOfPcm implements PcmBlocks {
  readonly #blockSize: number
  readonly #kept: Int16Array
  #length = 0

  constructor(rate: Rate) {
    this.#blockSize = rate / 10
    this.#kept = new Int16Array((rate * preRollMs) / 1000)
  }

  add(pcm: Int16Array, write: ((block: Int16Array) => void) | null): void {
    const kept = this.#kept
    const room = kept.length
    const tail = pcm.length > room ? pcm.subarray(pcm.length - room) : pcm
    const surplus = this.#length + tail.length - room
    if (surplus > 0) {
      kept.copyWithin(0, surplus, this.#length)
      this.#length -= surplus
    }
    kept.set(tail, this.#length)
    this.#length += tail.length
    if (write !== null && this.#length >= this.#blockSize) this.flush(write)
  }

  flush(write: (block: Int16Array) => void): void {
    if (this.#length > 0) write(this.#kept.subarray(0, this.#length))
    this.#length = 0
  }
}
