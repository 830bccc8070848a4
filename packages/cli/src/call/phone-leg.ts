import { setTimeout as pause } from 'node:timers/promises'
import type { Pacer } from '@portaria/core/audio/pacer'
import { type AudioSocketPhone, connectAudioSocket } from '@portaria/core/audiosocket/client'
import { ConfigError, messageOf } from '@portaria/core/errors'
import { createHearing, type Hearing } from './hearing.ts'
import { createMicrophone } from './microphone.ts'
import { createTrack, type Track } from './recording.ts'

export type EndedBy = 'server-hangup' | 'server-close' | 'server-reset' | 'us'

/** One leg of a test call. Times in ms on the monotonic clock. */
export interface PhoneLeg {
  readonly connectMs: number
  /** When the daemon got the UUID. */
  readonly connectedMs: number
  readonly hearing: Hearing
  readonly track: Track | null
  /** Null while it lasts. */
  readonly endedBy: EndedBy | null
  /** When the last frame of it, or the last digit, was sent. */
  say(samples: Int16Array): Promise<number>
  press(digits: string, signal: AbortSignal): Promise<number>
  hangup(): void
  /** Never rejects. */
  readonly closed: Promise<EndedBy>
}

export type LegOptions = {
  /** Tried one after the other until one answers. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly uuid: string
  readonly pacer: Pacer
  /** Sends no sound at all, as a muted phone does. */
  readonly silent: boolean
  /** Keeps what was heard, on the time that began then. */
  readonly recordFromMs: number | null
  readonly signal: AbortSignal
}

/** How long a key is held, and the pause after it. Asterisk tells the digit at its end and sends nothing meanwhile. */
const digitMs = 120
const betweenDigitsMs = 80

type Handler = NonNullable<Parameters<typeof connectAudioSocket>[0]['handler']>

/** The signal ends only the attempt: an established leg is hung up as Asterisk does it, not reset. */
async function attempt(host: string, o: LegOptions, handler: Handler): Promise<AudioSocketPhone> {
  const connecting = new AbortController()
  const giveUp = (): void => connecting.abort(o.signal.reason)
  o.signal.addEventListener('abort', giveUp, { once: true })
  if (o.signal.aborted) giveUp()
  try {
    const { port, uuid } = o
    return await connectAudioSocket({ host, port, uuid, signal: connecting.signal, handler })
  } finally {
    o.signal.removeEventListener('abort', giveUp)
  }
}

async function connect(o: LegOptions, handler: Handler): Promise<AudioSocketPhone> {
  const failures: string[] = []
  for (const host of o.hosts) {
    try {
      return await attempt(host, o, handler)
    } catch (error) {
      o.signal.throwIfAborted()
      failures.push(`${host}:${o.port}: ${messageOf(error)}`)
    }
  }
  throw new ConfigError(
    `no AudioSocket answers (${failures.join('; ')}). Start the daemon with: portaria serve, or correct --host and --port`,
  )
}

/** Connects one leg; its microphone sends silence from then on. Throws ConfigError when nobody answers. */
export async function connectLeg(o: LegOptions): Promise<PhoneLeg> {
  const hearing = createHearing()
  const microphone = createMicrophone()
  const track = o.recordFromMs === null ? null : createTrack(o.recordFromMs)
  const startMs = performance.now()
  const phone = await connect(o, {
    onAudio(pcm, _kind, atMs) {
      hearing.onAudio(pcm, atMs)
      track?.add(pcm, atMs)
    },
  })
  const connectedMs = performance.now()
  const hush = o.silent ? () => undefined : phone.speak(microphone, o.pacer)
  let endedBy: EndedBy | null = null
  const closed = phone.closed.then(({ by }) => {
    endedBy = by
    hush()
    microphone.stop()
    return by
  })

  async function pressOne(digit: string, signal: AbortSignal): Promise<void> {
    const letGo = microphone.hold()
    try {
      await pause(digitMs, undefined, { signal })
      phone.sendDigit(digit)
    } finally {
      letGo()
    }
  }

  return {
    connectMs: connectedMs - startMs,
    connectedMs,
    hearing,
    track,
    get endedBy() {
      return endedBy
    },
    async say(samples) {
      await microphone.play(samples)
      return performance.now()
    },
    async press(digits, signal) {
      let sentMs = performance.now()
      for (const digit of digits) {
        await pressOne(digit, signal)
        sentMs = performance.now()
        await pause(betweenDigitsMs, undefined, { signal })
      }
      return sentMs
    },
    hangup: () => phone.hangup(),
    closed,
  }
}
