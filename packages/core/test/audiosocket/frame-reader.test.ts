import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFrameReader } from '../../src/audiosocket/frame-reader.ts'
import { maxPayloadBytes } from '../../src/audiosocket/kinds.ts'
import { isProtocolError } from '../../src/errors.ts'
import { message } from './a-server.ts'

type Message = { kind: number; payload: number[] }

function read(chunks: readonly Uint8Array[]): Message[] {
  const messages: Message[] = []
  const reader = createFrameReader({
    onMessage: (kind, payload) => messages.push({ kind, payload: [...payload] }),
  })
  for (const chunk of chunks) reader.push(chunk)
  return messages
}

const byte = fc.integer({ min: 0, max: 255 })
const bytesOf = (length: number): fc.Arbitrary<number[]> =>
  fc.array(byte, { minLength: length, maxLength: length })
const audio = fc.record({
  kind: fc.integer({ min: 0x10, max: 0x18 }),
  payload: fc.integer({ min: 1, max: 700 }).chain((samples) => bytesOf(samples * 2)),
})
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  audio,
  fc.record({ kind: fc.constant(0x01), payload: bytesOf(16) }),
  fc.record({ kind: fc.constant(0x03), payload: bytesOf(1) }),
  fc.record({ kind: fc.constantFrom(0x00, 0xff), payload: fc.array(byte, { maxLength: 4 }) }),
)

function wire(messages: readonly Message[]): Uint8Array {
  return Uint8Array.from(messages.flatMap(({ kind, payload }) => [...message(kind, payload)]))
}

describe('the frame reader', () => {
  test('gives the same messages wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 6 }),
        fc.array(fc.nat(5_000), { maxLength: 12 }),
        (messages, cuts) => {
          const stream = wire(messages)
          const at = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length]
          at.sort((a, b) => a - b)
          const chunks = at.slice(1).map((to, i) => stream.subarray(at[i], to))
          expect(read(chunks)).toEqual(messages)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('gives the same messages when the stream is cut in two at each byte', () => {
    const messages = [
      { kind: 0x01, payload: Array.from({ length: 16 }, (_, i) => i) },
      { kind: 0x10, payload: Array.from({ length: 320 }, (_, i) => i & 0xff) },
      { kind: 0x03, payload: [0x35] },
      { kind: 0x10, payload: Array.from({ length: 276 }, (_, i) => (i * 7) & 0xff) },
      { kind: 0x00, payload: [] },
    ]
    const stream = wire(messages)
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(messages)
    }
  })

  test('gives the same messages when bytes come one by one', () => {
    const messages = [
      { kind: 0x12, payload: Array.from({ length: 640 }, (_, i) => i & 0xff) },
      { kind: 0xff, payload: [2] },
    ]
    const stream = wire(messages)
    expect(read(Array.from(stream, (_, i) => stream.subarray(i, i + 1)))).toEqual(messages)
  })

  test('never throws anything but ProtocolError, whatever it reads', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), (chunks) => {
        let thrown: unknown = null
        try {
          read(chunks)
        } catch (error) {
          thrown = error
        }
        expect(thrown === null || isProtocolError(thrown)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a UUID of 65,535 bytes', [0x01, 0xff, 0xff]],
    ['a UUID of 15 bytes', [0x01, 0, 15]],
    ['a digit of two bytes', [0x03, 0, 2]],
    ['audio without samples', [0x10, 0, 0]],
    ['audio of odd length', [0x10, 1, 0x3f]],
    ['audio longer than 60 ms of the widest kind', [0x18, 0x5a, 0x02]],
    ['a kind that nobody knows', [0x02, 0, 0]],
    ['a kind beyond the widest', [0x19, 0, 2]],
  ])('rejects %s at its header', (_what, header) => {
    expect(() => read([Uint8Array.from(header)])).toThrow(
      expect.objectContaining({ name: 'ProtocolError' }),
    )
    expect(() => read(header.map((b) => Uint8Array.of(b)))).toThrow(
      expect.objectContaining({ name: 'ProtocolError' }),
    )
  })

  test('takes the longest audio that there is', () => {
    const payload = Array.from({ length: maxPayloadBytes }, (_, i) => i & 0xff)
    expect(read([message(0x18, payload)])).toEqual([{ kind: 0x18, payload }])
  })

  test('hands payloads over where 16-bit samples can be viewed, whole or in pieces', () => {
    const offsets: number[] = []
    const reader = createFrameReader({
      onMessage: (_kind, payload) => offsets.push(payload.byteOffset % 2),
    })
    const stream = wire([
      { kind: 0x10, payload: [1, 2] },
      { kind: 0x03, payload: [0x31] },
      { kind: 0x10, payload: [3, 4, 5, 6] },
    ])
    for (let at = 0; at < stream.length; at += 3) reader.push(stream.subarray(at, at + 3))
    reader.push(stream)
    expect(offsets).toEqual([0, 0, 0, 0, 0, 0])
  })
})
