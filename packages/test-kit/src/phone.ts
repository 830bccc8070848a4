import { createPacer, type Pacer } from '@portaria/core/audio/pacer'
import { levelDb } from '@portaria/core/audio/pcm'
import { connectAudioSocket, type PhoneClosed } from '@portaria/core/audiosocket/client'
import { kindOfRate } from '@portaria/core/audiosocket/kinds'
import { randomUUID } from 'node:crypto'
import type { EchoRoom } from './echo-room.ts'

/** Louder than this is sound, not silence. */
const audibleDb = -50

export type PhoneOptions = {
  port: number
  uuid?: string
  /** Sends no frames unless it speaks: silence suppression, a muted phone. Default false. */
  mute?: boolean
  /** Shared by many phones; default: one of its own. */
  pacer?: Pacer
  /** Default 8000. */
  rate?: 8000 | 16_000
  /** Default: nothing of what is heard comes back. */
  room?: EchoRoom
  /** Called with each frame that came, at the phone's rate; borrowed until return. */
  onFrame?: (pcm: Int16Array, atMs: number) => void
}

/** One AudioSocket leg as Asterisk opens it, with a microphone and an ear that remembers when it heard what. */
export interface Phone extends AsyncDisposable {
  readonly uuid: string
  readonly connectedMs: number
  /** Plays samples into the microphone in real time; resolves with the time at which the first frame left. */
  speak(samples: Int16Array): Promise<number>
  press(digits: string): Promise<void>
  hangup(): void
  /** When each frame came, and whether it held sound; on the monotonic clock. */
  readonly frames: readonly { atMs: number; audible: boolean }[]
  /** Resolves with the time of the first audible frame after `sinceMs` (default now). */
  heard(sinceMs?: number): Promise<number>
  /** Resolves when nothing audible came for `ms`, after something had. */
  quiet(ms: number): Promise<void>
  readonly closed: Promise<PhoneClosed>
}

export async function callIn(o: PhoneOptions): Promise<Phone> {
  const uuid = o.uuid ?? randomUUID()
  const frames: { atMs: number; audible: boolean }[] = []
  const watchers = new Set<() => void>()
  const ending = new AbortController()
  const { room } = o
  const pacer = o.pacer ?? createPacer()
  const socket = await connectAudioSocket({
    host: '127.0.0.1',
    port: o.port,
    uuid,
    kind: kindOfRate(o.rate ?? 8000),
    signal: ending.signal,
    handler: {
      onAudio(pcm, _kind, atMs) {
        frames.push({ atMs, audible: levelDb(pcm) > audibleDb })
        room?.hear(pcm)
        o.onFrame?.(pcm, atMs)
        for (const watcher of watchers) watcher()
      },
    },
  })
  const connectedMs = performance.now()

  let mic: Spoken | null = null
  const stop = socket.speak(
    {
      fill(out) {
        out.fill(0)
        const speaking = mic
        if (speaking !== null && sayInto(out, speaking)) mic = null
        room?.addTo(out)
        return speaking === null && o.mute === true ? 0 : out.length
      },
    },
    pacer,
  )

  const until = <T>(look: () => T | null): Promise<T> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const found = look()
        if (found === null) return
        clearInterval(timer)
        watchers.delete(watch)
        resolve(found)
      }
      const timer = setInterval(watch, 20)
      watchers.add(watch)
      void socket.closed.then(({ by, fault }) => {
        clearInterval(timer)
        watchers.delete(watch)
        reject(new Error(`the line was closed (${fault ?? by})`))
      })
      watch()
    })

  return {
    uuid,
    connectedMs,
    frames,
    closed: socket.closed,
    speak: (samples) =>
      new Promise((resolve) => {
        mic = { samples, offset: 0, fromMs: 0, done: resolve }
      }),
    async press(digits) {
      for (const digit of digits) {
        socket.sendDigit(digit)
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
    },
    hangup: () => socket.hangup(),
    heard: (sinceMs = performance.now()) =>
      until(() => frames.find((frame) => frame.audible && frame.atMs >= sinceMs)?.atMs ?? null),
    quiet: (ms) =>
      until(() => {
        const last = frames.findLast((frame) => frame.audible)
        return last !== undefined && performance.now() - last.atMs >= ms ? true : null
      }).then(() => undefined),
    async [Symbol.asyncDispose]() {
      stop()
      socket.hangup()
      await socket.closed
      if (o.pacer === undefined) pacer[Symbol.dispose]()
      ending.abort()
    },
  }
}

type Spoken = {
  readonly samples: Int16Array
  offset: number
  fromMs: number
  readonly done: (fromMs: number) => void
}

/** The next frame of it; true when that was the last one. */
function sayInto(out: Int16Array, spoken: Spoken): boolean {
  if (spoken.offset === 0) spoken.fromMs = performance.now()
  out.set(spoken.samples.subarray(spoken.offset, spoken.offset + out.length))
  spoken.offset += out.length
  if (spoken.offset < spoken.samples.length) return false
  spoken.done(spoken.fromMs)
  return true
}
