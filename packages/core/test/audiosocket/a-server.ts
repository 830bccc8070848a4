import type { FrameSource } from '../../src/audio/frames.ts'
import { createPacer, type Pacer } from '../../src/audio/pacer.ts'
import { createAdmission } from '../../src/audiosocket/admission.ts'
import { type AudioSocketPhone, connectAudioSocket } from '../../src/audiosocket/client.ts'
import type { PhoneOptions } from '../../src/audiosocket/client.ts'
import type { AudioSocketConnection, CloseReason } from '../../src/audiosocket/connection.ts'
import {
  type AudioSocketServer,
  type AudioSocketServerOptions,
  startAudioSocketServer,
} from '../../src/audiosocket/server.ts'
import type { Log } from '../../src/log.ts'

export const uuid = '6ba7b810-9dad-41d1-80b4-00c04fd430c8'

export type Line = { level: string; message: string; fields: object }

/** A log whose lines can be read. */
function aLog(): { log: Log; lines: Line[]; warnings: () => string[] } {
  const lines: Line[] = []
  const make = (bound: object): Log => {
    const at = (level: string) => (fields: object, message: string) => {
      lines.push({ level, message, fields: { ...bound, ...fields } })
    }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => make({ ...bound, ...fields }),
    }
  }
  const loud = (line: Line): boolean => line.level === 'warn' || line.level === 'error'
  return {
    log: make({}),
    lines,
    warnings: () => lines.filter(loud).map((line) => line.message),
  }
}

export const silence: FrameSource = { fill: () => 0 }

/** What a call layer saw of one leg. */
export type Leg = {
  readonly connection: AudioSocketConnection
  readonly heard: number[]
  readonly digits: string[]
  readonly rates: number[]
  readonly closed: Promise<CloseReason>
}

export type TestServer = AsyncDisposable & {
  readonly server: AudioSocketServer
  readonly pacer: Pacer
  readonly legs: Leg[]
  readonly warnings: () => string[]
  readonly lines: Line[]
  /** A phone that is connected to it. */
  phone(o?: Partial<PhoneOptions>): Promise<AudioSocketPhone>
  /** The next leg that arrives (or the oldest that nobody asked for). */
  leg(): Promise<Leg>
}

/** A server on a free port that listens to every leg and plays `source` to it. */
export async function aServer(
  o: Partial<AudioSocketServerOptions> & { source?: FrameSource } = {},
): Promise<TestServer> {
  const { log, lines, warnings } = aLog()
  const pacer = o.pacer ?? createPacer()
  const legs: Leg[] = []
  const asked: ((leg: Leg) => void)[] = []
  const unasked: Leg[] = []
  const server = await startAudioSocketServer({
    host: '127.0.0.1',
    port: 0,
    allow: null,
    admission: createAdmission(),
    pacer,
    log,
    onConnection(connection) {
      const leg = listenTo(connection, o.source ?? silence)
      legs.push(leg)
      const next = asked.shift()
      if (next === undefined) unasked.push(leg)
      else next(leg)
    },
    ...o,
  })
  return {
    server,
    pacer,
    legs,
    lines,
    warnings,
    phone: (options = {}) =>
      connectAudioSocket({
        host: '127.0.0.1',
        port: server.port,
        uuid,
        timeoutMs: 10_000,
        signal: new AbortController().signal,
        ...options,
      }),
    leg() {
      const leg = unasked.shift()
      return leg === undefined
        ? new Promise((resolve) => asked.push(resolve))
        : Promise.resolve(leg)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      pacer[Symbol.dispose]()
    },
  }
}

function listenTo(connection: AudioSocketConnection, source: FrameSource): Leg {
  const heard: number[] = []
  const digits: string[] = []
  const rates: number[] = []
  const closed = Promise.withResolvers<CloseReason>()
  connection.attach({
    sink: { onFrame: (pcm) => void heard.push(...pcm) },
    source,
    onDigit: (digit) => void digits.push(digit),
    onRate: (rate) => void rates.push(rate),
    onClosed: closed.resolve,
  })
  return { connection, heard, digits, rates, closed: closed.promise }
}

/** One message as bytes; `length` overrides what the header says. */
export function message(
  kind: number,
  payload: ArrayLike<number> = [],
  length?: number,
): Uint8Array {
  const says = length ?? payload.length
  return Uint8Array.from([kind, says >> 8, says & 0xff, ...Array.from(payload)])
}

/** Waits until something is true, looking each time the event loop comes round. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited 10 s for: ${what}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
}
