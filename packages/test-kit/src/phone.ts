import { createPacer, type Pacer } from '@portaria/core/audio/pacer'
import { levelDb } from '@portaria/core/audio/pcm'
import { connectAudioSocket, type PhoneClosed } from '@portaria/core/audiosocket/client'
import { randomUUID } from 'node:crypto'

/** Louder than this is sound, not silence. */
const audibleDb = -50

export type PhoneOptions = {
  port: number
  uuid?: string
  /** Sends no frames unless it speaks: silence suppression, a muted phone. Default false. */
  mute?: boolean
  /** Shared by many phones; default: one of its own. */
  pacer?: Pacer
}

/** One AudioSocket leg as Asterisk opens it, with a microphone and an ear that remembers when it heard what. */
export interface Phone extends AsyncDisposable {
  readonly uuid: string
  readonly connectedMs: number
  /** Plays samples (8 kHz) into the microphone in real time. */
  speak(samples: Int16Array): Promise<void>
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
  const pacer = o.pacer ?? createPacer()
  const socket = await connectAudioSocket({
    host: '127.0.0.1',
    port: o.port,
    uuid,
    signal: ending.signal,
    handler: {
      onAudio(pcm, _kind, atMs) {
        frames.push({ atMs, audible: levelDb(pcm) > audibleDb })
        for (const watcher of watchers) watcher()
      },
    },
  })
  const connectedMs = performance.now()

  let mic: { samples: Int16Array; offset: number; done: () => void } | null = null
  const stop = socket.speak(
    {
      fill(out) {
        if (mic === null) {
          out.fill(0)
          return o.mute === true ? 0 : out.length
        }
        const part = mic.samples.subarray(mic.offset, mic.offset + out.length)
        out.fill(0)
        out.set(part)
        mic.offset += out.length
        if (mic.offset >= mic.samples.length) {
          const { done } = mic
          mic = null
          done()
        }
        return out.length
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
      void socket.closed.then(({ by }) => {
        clearInterval(timer)
        watchers.delete(watch)
        reject(new Error(`the line was closed (${by})`))
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
        mic = { samples, offset: 0, done: resolve }
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
