import { Buffer } from 'node:buffer'
import type { Writable } from 'node:stream'
import { type FrameSource, type Rate, samplesPerFrame } from '../audio/frames.ts'
import { headerBytes, kindOfRate } from './kinds.ts'
import { encodeAudio } from './messages.ts'

/** Sends the frames of all legs of a server, one message in one `write`. */
export interface Playout {
  /** Pulls one frame and sends it, silence when there is none. False: the socket takes no more, it was dropped. */
  send(socket: FrameSocket, source: FrameSource, rate: Rate): boolean
}

export type FrameSocket = Pick<Writable, 'write' | 'writable' | 'writableLength'>

/** A message whose payload is also there as samples. */
type Message = { readonly bytes: Buffer; readonly pcm: Int16Array }

/** More than this waiting in Node means that the kernel takes no more: frames are dropped, never queued. */
const maxQueuedFrames = 4

/**
 * The kernel usually takes a message before `write` returns, and then its memory is free again: one message
 * for all legs, always in the processor's cache. When one has to wait, it keeps its memory and the next frame
 * gets another.
 */
export function createPlayout(): Playout {
  const silence = { 8000: silentMessage(8000), 16000: silentMessage(16000) }
  const next = { 8000: copyOf(silence[8000]), 16000: copyOf(silence[16000]) }

  return {
    send(socket, source, rate) {
      const message = next[rate]
      const { pcm } = message
      const filled = source.fill(pcm)
      // The source may have hung up while it was asked.
      if (!socket.writable) return true
      if (socket.writableLength > maxQueuedFrames * message.bytes.length) return false
      if (filled === 0) {
        socket.write(silence[rate])
        return true
      }
      if (filled < pcm.length) pcm.fill(0, filled)
      socket.write(message.bytes)
      if (socket.writableLength > 0) next[rate] = copyOf(silence[rate])
      return true
    },
  }
}

function silentMessage(rate: Rate): Buffer {
  return encodeAudio(new Int16Array(samplesPerFrame(rate)), kindOfRate(rate))
}

/** At an odd offset, so that the samples behind the three bytes of the header are aligned. */
function copyOf(message: Buffer): Message {
  const memory = new ArrayBuffer(1 + message.length)
  const bytes = Buffer.from(memory, 1)
  bytes.set(message)
  const samples = (message.length - headerBytes) / 2
  return { bytes, pcm: new Int16Array(memory, 1 + headerBytes, samples) }
}
