import { ProtocolError } from '../errors.ts'
import { headerBytes, isAudioKind, kinds, maxPayloadBytes } from './kinds.ts'
import { uuidBytes } from './uuid.ts'

export interface FrameReader {
  /**
   * Takes what the socket read. Throws ProtocolError as soon as a header is impossible; the reader is of no use
   * after that.
   */
  push(chunk: Uint8Array): void
  /** True while a message has begun and not ended. */
  readonly inMessage: boolean
}

/**
 * Where payloads are handed over: even offset, so that audio can be viewed as 16-bit samples. Readers that
 * run on one thread may share it, because a payload is borrowed only until `onMessage` returns.
 */
export type PayloadSpace = { readonly bytes: Uint8Array; view: Uint8Array }

export function createPayloadSpace(): PayloadSpace {
  const bytes = new Uint8Array(maxPayloadBytes)
  return { bytes, view: bytes.subarray(0, 320) }
}

/**
 * Splits a byte stream into messages without joining chunks: only a message that arrives in pieces is copied
 * aside. No I/O.
 */
export function createFrameReader(o: {
  /** `payload` is borrowed until return and starts at an even offset. */
  onMessage(kind: number, payload: Uint8Array): void
  space?: PayloadSpace
}): FrameReader {
  const space = o.space ?? createPayloadSpace()
  let rest = new Uint8Array(0)
  let have = 0

  /** `from` points at a whole message. */
  function deliver(source: Uint8Array, from: number): number {
    const length = payloadLength(source, from)
    const start = from + headerBytes
    const { bytes } = space
    // The engine does not allocate this short-lived view: 40 ns for 320 bytes, a plain loop takes 170.
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, length))
    if (space.view.length !== length) space.view = bytes.subarray(0, length)
    o.onMessage(source[from] ?? 0, space.view)
    return start + length
  }

  function keep(chunk: Uint8Array, from: number, upTo: number): number {
    const to = Math.min(chunk.length, from + upTo - have)
    if (rest.length < upTo) {
      const larger = new Uint8Array(upTo)
      larger.set(rest.subarray(0, have))
      rest = larger
    }
    rest.set(chunk.subarray(from, to), have)
    have += to - from
    return to
  }

  /** Goes on with the message that an earlier chunk began; returns where the next one starts. */
  function resume(chunk: Uint8Array): number {
    let at = 0
    if (have < headerBytes) {
      at = keep(chunk, at, headerBytes)
      if (have < headerBytes) return at
      checkHeader(rest, 0)
    }
    const whole = headerBytes + payloadLength(rest, 0)
    at = keep(chunk, at, whole)
    if (have < whole) return at
    have = 0
    deliver(rest, 0)
    return at
  }

  return {
    push(chunk) {
      let at = have > 0 ? resume(chunk) : 0
      while (chunk.length - at >= headerBytes) {
        checkHeader(chunk, at)
        const whole = headerBytes + payloadLength(chunk, at)
        if (chunk.length - at < whole) {
          keep(chunk, at, whole)
          return
        }
        at = deliver(chunk, at)
      }
      if (at < chunk.length) keep(chunk, at, headerBytes)
    },
    get inMessage() {
      return have > 0
    },
  }
}

function payloadLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
}

function checkHeader(bytes: Uint8Array, at: number): void {
  const kind = bytes[at] ?? 0
  const length = payloadLength(bytes, at)
  if (isAudioKind(kind)) checkAudioLength(kind, length)
  else if (kind === kinds.uuid) checkLength(length, uuidBytes, 'a UUID')
  else if (kind === kinds.dtmf) checkLength(length, 1, 'a digit')
  else if (kind !== kinds.hangup && kind !== kinds.error) {
    throw new ProtocolError(`unknown kind ${hex(kind)} (length ${length})`)
  } else if (length > maxPayloadBytes) {
    throw new ProtocolError(`kind ${hex(kind)} with ${length} bytes, at most ${maxPayloadBytes}`)
  }
}

function checkAudioLength(kind: number, length: number): void {
  if (length === 0) throw new ProtocolError(`audio ${hex(kind)} without samples`)
  if (length % 2 === 1) throw new ProtocolError(`audio ${hex(kind)} of odd length ${length}`)
  if (length > maxPayloadBytes) {
    throw new ProtocolError(`audio ${hex(kind)} of ${length} bytes, at most ${maxPayloadBytes}`)
  }
}

function checkLength(length: number, expected: number, what: string): void {
  if (length !== expected) {
    throw new ProtocolError(`${what} of ${length} bytes instead of ${expected}`)
  }
}

function hex(kind: number): string {
  return `0x${kind.toString(16).padStart(2, '0')}`
}
