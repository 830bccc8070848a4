import { Buffer } from 'node:buffer'
import type { Writable } from 'node:stream'
import { type FrameSource, type Rate, samplesPerFrame } from '../audio/frames.ts'
import { headerBytes, kindOfRate } from './kinds.ts'
import { encodeAudio } from './messages.ts'

/** What a leg sends: one frame at each tick, silence when there is nothing to say. */
export interface Playout {
  /** Sends one frame. `nowMs` is the tick's time; false: the peer has taken nothing for 5 s. */
  play(source: FrameSource, nowMs: number): boolean
  setRate(rate: Rate): void
}

/** A message whose payload is also there as samples. */
type Slot = { readonly message: Buffer; readonly pcm: Int16Array }

/** More than this waiting in Node means that the kernel takes no more: frames are dropped, never queued. */
const maxQueuedFrames = 4
/** The queued ones, the one that is being filled, and one to spare: a slot is never written while it is queued. */
const slotsPerRing = maxQueuedFrames + 3
const stalledAfterMs = 5_000

const silence: Record<Rate, Buffer> = {
  8000: encodeAudio(new Int16Array(160), kindOfRate(8000)),
  16000: encodeAudio(new Int16Array(320), kindOfRate(16000)),
}

export function createPlayout(
  socket: Pick<Writable, 'write' | 'writable' | 'writableLength'>,
): Playout {
  let rate: Rate = 8000
  let ring = createRing(rate)
  let next = 0
  let blockedSinceMs: number | null = null

  function isBlocked(nowMs: number): boolean {
    if (socket.writableLength <= maxQueuedFrames * silence[rate].length) {
      blockedSinceMs = null
      return false
    }
    blockedSinceMs ??= nowMs
    return true
  }

  return {
    play(source, nowMs) {
      const slot = ring[next]
      if (slot === undefined) return true
      const filled = source.fill(slot.pcm)
      // The source may have hung up while it was asked.
      if (!socket.writable) return true
      if (isBlocked(nowMs)) return nowMs - (blockedSinceMs ?? nowMs) < stalledAfterMs
      if (filled === 0) {
        socket.write(silence[rate])
        return true
      }
      if (filled < slot.pcm.length) slot.pcm.fill(0, filled)
      socket.write(slot.message)
      next = (next + 1) % slotsPerRing
      return true
    },
    setRate(wanted) {
      if (wanted === rate) return
      rate = wanted
      ring = createRing(rate)
      next = 0
    },
  }
}

/** Slots start at odd offsets, so that the samples behind the three bytes of the header are aligned. */
function createRing(rate: Rate): readonly Slot[] {
  const samples = samplesPerFrame(rate)
  const messageBytes = headerBytes + 2 * samples
  const stride = messageBytes + 1
  const memory = new ArrayBuffer(slotsPerRing * stride)
  return Array.from({ length: slotsPerRing }, (_, i) => {
    const message = Buffer.from(memory, i * stride + 1, messageBytes)
    message.set(silence[rate].subarray(0, headerBytes))
    return { message, pcm: new Int16Array(memory, i * stride + 1 + headerBytes, samples) }
  })
}
