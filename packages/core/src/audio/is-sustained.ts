import { at16 } from './at.ts'
import { windowLength } from './spectrum.ts'

/** A sound goes on when the last 8 ms hold this part of the power of the loudest 8 ms. */
const tailPart = 0.1
const blockLength = windowLength / 4

/**
 * Does the sound go on to the end of a window of 32 ms at 8 kHz? A click dies away before it. Judged by differences
 * of samples, so that a rumble does not count.
 */
export function isSustained(window: Int16Array): boolean {
  let loudest = 0
  let block = 0
  let before = at16(window, 0)
  for (let i = 0; i < windowLength; i++) {
    if (i % blockLength === 0) block = 0
    const sample = at16(window, i)
    block += (sample - before) * (sample - before)
    before = sample
    if (block > loudest) loudest = block
  }
  return block > tailPart * loudest
}
