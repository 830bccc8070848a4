import { Buffer } from 'node:buffer'
import { type AudioKind, headerBytes, kinds } from './kinds.ts'

/** One whole message, header and payload in one buffer: Asterisk drops a call whose message comes in pieces. */
export function encodeMessage(kind: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const message = Buffer.alloc(headerBytes + payload.length)
  message[0] = kind
  message.writeUInt16BE(payload.length, 1)
  message.set(payload, headerBytes)
  return message
}

/** Samples are sent as they lie in memory: little-endian, as every machine that Node runs on today. */
export function encodeAudio(pcm: Int16Array, kind: AudioKind = kinds.audio8): Buffer {
  return encodeMessage(kind, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))
}

/** `digit` is one of `0-9 * # A-D`. */
export function encodeDigit(digit: string): Buffer {
  return encodeMessage(kinds.dtmf, Buffer.from(digit, 'latin1'))
}

const digits = '0123456789*#ABCD'

/** The digit of a 0x03 message's byte, or null when it is none. */
export function digitOf(byte: number): string | null {
  const digit = String.fromCharCode(byte)
  return digits.includes(digit) ? digit : null
}
