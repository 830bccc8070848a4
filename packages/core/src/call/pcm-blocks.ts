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
  const blockSize = rate / 10
  const kept = new Int16Array((rate * preRollMs) / 1000)
  let length = 0
  return {
    add(pcm, write) {
      const room = kept.length
      const tail = pcm.length > room ? pcm.subarray(pcm.length - room) : pcm
      if (length + tail.length > room) {
        const surplus = length + tail.length - room
        kept.copyWithin(0, surplus, length)
        length -= surplus
      }
      kept.set(tail, length)
      length += tail.length
      if (write !== null && length >= blockSize) {
        write(kept.subarray(0, length))
        length = 0
      }
    },
    flush(write) {
      if (length > 0) write(kept.subarray(0, length))
      length = 0
    },
  }
}
