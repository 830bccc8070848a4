import type { FrameSource } from '../audio/frames.ts'
import type { Pacer } from '../audio/pacer.ts'
import type { AudioKind } from './kinds.ts'

export type PhoneOptions = {
  readonly host: string
  readonly port: number
  /** null sends none: Asterisk's "channel not answered". */
  readonly uuid: string | null
  /** What the microphone sends. Default 0x10. */
  readonly kind?: AudioKind
  /** Aborted: the connection is reset. */
  readonly signal: AbortSignal
  /** How long connecting may take. Default 2000, as in Asterisk. */
  readonly timeoutMs?: number
  readonly handler?: PhoneHandler
}

export interface PhoneHandler {
  /** One message, s16le at the rate of `kind`; borrowed until return. `atMs` is on the monotonic clock. */
  onAudio?(pcm: Int16Array, kind: AudioKind, atMs: number): void
  /** 0x00: the server hung up. */
  onHangup?(atMs: number): void
  onClosed?(closed: PhoneClosed): void
}

export type PhoneClosed = { readonly by: 'server-hangup' | 'server-close' | 'server-reset' | 'us' }

/** The other end: what Asterisk does, for `portaria call`, tests and benches. */
export interface AudioSocketPhone {
  /** One message in one write. */
  sendAudio(pcm: Int16Array): void
  sendDigit(digit: string): void
  /** Any bytes, for tests of bad input. */
  sendRaw(bytes: Uint8Array): void
  /** A microphone: pulls a frame every 20 ms and sends it; 0 samples send nothing, as a muted phone. Returns the way to stop. */
  speak(source: FrameSource, pacer: Pacer): () => void
  /** FIN, as Asterisk does; it never sends 0x00. */
  hangup(): void
  reset(): void
  /** Never rejects. */
  readonly closed: Promise<PhoneClosed>
}

/** Rejects when the port refuses, the time is over, or `signal` aborts. */
export type ConnectAudioSocket = (o: PhoneOptions) => Promise<AudioSocketPhone>
