import { connect, type Socket } from 'node:net'
import { frameMs, type FrameSource } from '../audio/frames.ts'
import type { Pacer } from '../audio/pacer.ts'
import { type Clock, monotonic } from '../clock.ts'
import { messageOf, ProtocolError } from '../errors.ts'
import { createFrameReader } from './frame-reader.ts'
import { type AudioKind, isAudioKind, kinds, sampleRateHz } from './kinds.ts'
import { encodeAudio, encodeDigit, encodeMessage } from './messages.ts'
import { parseUuid } from './uuid.ts'

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
  readonly clock?: Clock
}

export interface PhoneHandler {
  /** One message, s16le at the rate of `kind`; borrowed until return. `atMs` is on the monotonic clock. */
  onAudio?(pcm: Int16Array, kind: AudioKind, atMs: number): void
  /** 0x00: the server hung up. */
  onHangup?(atMs: number): void
  onClosed?(closed: PhoneClosed): void
}

export type PhoneClosed = {
  readonly by: 'server-hangup' | 'server-close' | 'server-reset' | 'us'
  /** What the server did against the protocol, for which we reset it; else null. */
  readonly fault: string | null
}

/** The other end: what Asterisk does, for `portaria call`, tests and benches. */
export interface AudioSocketPhone {
  /** `127.0.0.1:50412`, as the server sees it. */
  readonly local: string
  /** When the connection was established, on the monotonic clock; the UUID left at once. */
  readonly connectedMs: number
  /** One message in one write. */
  sendAudio(pcm: Int16Array): void
  sendDigit(digit: string): void
  /** Any bytes, for tests of bad input. */
  sendRaw(bytes: Uint8Array): void
  /** A microphone: pulls a frame every 20 ms and sends it; 0 samples send nothing, as a muted phone. Returns the way to stop. */
  speak(source: FrameSource, pacer: Pacer): () => void
  /** Stops reading, as a peer that hangs; `resume` goes on. */
  pause(): void
  resume(): void
  /** FIN, as Asterisk does; it never sends 0x00. */
  hangup(): void
  reset(): void
  /** Never rejects. */
  readonly closed: Promise<PhoneClosed>
}

const closeTimeoutMs = 1_000

/**
 * Connects and sends the UUID at once. Rejects with the system's error when the port refuses, with an
 * `ETIMEDOUT` error when the time is over, and with the signal's reason when it aborts.
 */
export async function connectAudioSocket(o: PhoneOptions): Promise<AudioSocketPhone> {
  const uuid = o.uuid === null ? null : parseUuid(o.uuid)
  if (uuid === null && o.uuid !== null) throw new TypeError(`"${o.uuid}" is no UUID`)
  o.signal.throwIfAborted()
  const socket = await open(o)
  if (uuid !== null) socket.write(encodeMessage(kinds.uuid, uuid))
  return createPhone(socket, o)
}

function open(o: PhoneOptions): Promise<Socket> {
  const { host, port, signal } = o
  const timeoutMs = o.timeoutMs ?? 2_000
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const fail = (reason: unknown): void => {
      settle()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(reason instanceof Error ? reason : new Error(messageOf(reason)))
    }
    const onAbort = (): void => fail(signal.reason)
    const timer = setTimeout(() => {
      const text = `${host}:${port} did not answer within ${timeoutMs} ms`
      fail(Object.assign(new Error(text), { code: 'ETIMEDOUT' }))
    }, timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.removeListener('error', fail)
      socket.removeListener('connect', onConnect)
    }
    const onConnect = (): void => {
      settle()
      resolve(socket)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', fail)
    socket.once('connect', onConnect)
  })
}

function createPhone(socket: Socket, o: PhoneOptions): AudioSocketPhone {
  const clock = o.clock ?? monotonic
  const kind = o.kind ?? kinds.audio8
  const microphones = new Set<() => void>()
  let by: PhoneClosed['by'] | null = null
  let fault: string | null = null
  let force: NodeJS.Timeout | undefined
  const settled = Promise.withResolvers<PhoneClosed>()

  /** FIN, and what the server still sends is read and dropped, for a second at most. */
  function end(): void {
    stopSpeaking()
    socket.resume()
    socket.end()
    force ??= setTimeout(() => socket.destroy(), closeTimeoutMs)
  }

  function stopSpeaking(): void {
    for (const stop of microphones) stop()
    microphones.clear()
  }

  function reset(): void {
    by ??= 'us'
    stopSpeaking()
    socket.resetAndDestroy()
  }

  const reader = createFrameReader({
    onMessage(received, payload) {
      if (by !== null) return
      if (isAudioKind(received)) o.handler?.onAudio?.(samplesOf(payload), received, clock())
      else if (received !== kinds.hangup) {
        throw new ProtocolError(`the server sent kind 0x${received.toString(16)}`)
      } else {
        by = 'server-hangup'
        o.handler?.onHangup?.(clock())
        end()
      }
    },
  })

  socket.on('data', (chunk: Uint8Array) => {
    if (by !== null) return
    try {
      reader.push(chunk)
    } catch (error) {
      fault = messageOf(error)
      reset()
    }
  })
  socket.on('end', () => {
    by ??= 'server-close'
    end()
  })
  socket.on('error', () => {
    by ??= 'server-reset'
  })
  socket.on('close', () => {
    clearTimeout(force)
    stopSpeaking()
    o.signal.removeEventListener('abort', reset)
    const closed: PhoneClosed = { by: by ?? 'server-close', fault }
    o.handler?.onClosed?.(closed)
    settled.resolve(closed)
  })
  o.signal.addEventListener('abort', reset, { once: true })
  if (o.signal.aborted) reset()

  function send(message: Uint8Array): void {
    if (socket.writable) socket.write(message)
  }

  function speak(source: FrameSource, pacer: Pacer): () => void {
    const frame = new Int16Array((sampleRateHz(kind) * frameMs) / 1_000)
    const stop = pacer.add(() => {
      const filled = source.fill(frame)
      if (filled > 0) send(encodeAudio(frame.subarray(0, filled), kind))
    })
    microphones.add(stop)
    return () => {
      stop()
      microphones.delete(stop)
    }
  }

  return {
    local: `${socket.localAddress ?? ''}:${socket.localPort ?? 0}`,
    connectedMs: clock(),
    sendAudio: (pcm) => send(encodeAudio(pcm, kind)),
    sendDigit: (digit) => send(encodeDigit(digit)),
    sendRaw: send,
    speak,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    hangup() {
      by ??= 'us'
      end()
    },
    reset,
    closed: settled.promise,
  }
}

/** The reader hands payloads over at an even offset. */
function samplesOf(payload: Uint8Array): Int16Array {
  return new Int16Array(payload.buffer as ArrayBuffer, payload.byteOffset, payload.length / 2)
}
