import type { Rate } from '../audio/frames.ts'

/**
 * The kinds of message, as Asterisk's `res_audiosocket.h` names them. A message is
 * kind (1 byte), length (2 bytes, big endian), payload.
 */
export const kinds = {
  /** "Message indicates the channel should be hung up, direction: Sent only by audiosocket server." */
  hangup: 0x00,
  /** "Message contains the connection's UUID": 16 raw bytes, the first message of a connection. */
  uuid: 0x01,
  /** "Message contains a DTMF digit": one ASCII byte, sent when the digit ends. */
  dtmf: 0x03,
  /** "Message contains audio data": s16le mono at 8 kHz; the other rates follow, 0x11 to 0x18. */
  audio8: 0x10,
  audio12: 0x11,
  audio16: 0x12,
  audio24: 0x13,
  audio32: 0x14,
  audio44: 0x15,
  audio48: 0x16,
  audio96: 0x17,
  audio192: 0x18,
  /** "An error has occurred": the payload may hold a code of one byte. */
  error: 0xff,
} as const

export type AudioKind = 0x10 | 0x11 | 0x12 | 0x13 | 0x14 | 0x15 | 0x16 | 0x17 | 0x18

const sampleRatesHz: readonly number[] = [
  8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
]

/** Kind, then length: the bytes before a payload. */
export const headerBytes = 3

/** 60 ms of signed linear at 192 kHz, the widest kind: nothing longer is audio of a call. */
export const maxPayloadBytes = 23_040

export function isAudioKind(kind: number): kind is AudioKind {
  return kind >= kinds.audio8 && kind <= kinds.audio192
}

/** Samples a second of an audio kind. */
export function sampleRateHz(kind: AudioKind): number {
  return sampleRatesHz[kind - kinds.audio8] ?? 8_000
}

/** The rate at which a leg that sends this kind runs inside Portaria. */
export function legRate(kind: AudioKind): Rate {
  return kind < kinds.audio16 ? 8_000 : 16_000
}

/** The kind in which audio at a leg's rate is sent. */
export function kindOfRate(rate: Rate): AudioKind {
  return rate === 8_000 ? kinds.audio8 : kinds.audio16
}
