import process from 'node:process'
import type {
  EngineConfig,
  HeardPart,
  Report,
  Request,
  SpeakOptions,
  TurnId,
  TurnOptions,
} from './messages.ts'

/** A loaded model, in its child process. */
export type Engine = {
  /** Voices of the model, and their rate in Hz; a recogniser has none. */
  readonly speakers: number
  readonly rate: number
  listen?(o: TurnOptions & ListenEvents): Listening
  /** Speaks one text, calling `sound` with parts of it; stops soon after the signal aborts. */
  speak?(o: SpeakOptions, sound: (samples: Int16Array) => void, signal: AbortSignal): Promise<void>
}

export type ListenEvents = {
  readonly heard: (part: HeardPart) => void
  readonly taken: (bytes: number) => void
  readonly failed: (error: unknown) => void
}

/** One turn. */
export type Listening = {
  write(samples: Int16Array): void
  end(): void
  drop(): void
}

/**
 * Makes this process the child of a supervisor: loads an engine as it is told, answers requests, and ends when the
 * supervisor does, however that came about: then the channel closes. Signals that a terminal or systemd sends to the
 * whole group are the supervisor's to handle.
 */
export function serveEngine(load: (config: EngineConfig) => Promise<Engine>): void {
  const turns = new Map<string, Listening>()
  const speeches = new Map<number, AbortController>()
  let engine: Engine | null = null

  const report = (message: Report): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }

  const start = async (config: EngineConfig): Promise<void> => {
    try {
      engine = await load(config)
      report({ type: 'ready', speakers: engine.speakers, rate: engine.rate })
    } catch (error) {
      report({ type: 'unfit', message: textOf(error) })
    }
  }

  const begin = (
    key: string,
    { leg, turn, hints, language }: Request & { type: 'begin' },
  ): void => {
    turns.get(key)?.drop()
    const listening = engine?.listen?.({
      hints,
      language,
      heard: (part) => {
        if (part.type === 'done') turns.delete(key)
        report({ type: 'heard', leg, turn, part })
      },
      taken: (bytes) => report({ type: 'taken', leg, turn, bytes }),
      failed: (error) => {
        turns.delete(key)
        report({ type: 'turn-failed', leg, turn, message: textOf(error) })
      },
    })
    if (listening !== undefined) turns.set(key, listening)
  }

  const speak = async ({
    id,
    text,
    speaker,
    speed,
  }: Request & { type: 'speak' }): Promise<void> => {
    const stop = new AbortController()
    speeches.set(id, stop)
    const sound = (samples: Int16Array): void => {
      const pcm = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
      if (!stop.signal.aborted) report({ type: 'sound', id, pcm })
    }
    try {
      await engine?.speak?.({ text, speaker, speed }, sound, stop.signal)
      report({ type: 'spoken', id })
    } catch (error) {
      report({ type: 'speech-failed', id, message: textOf(error) })
    } finally {
      speeches.delete(id)
    }
  }

  /** What an engine throws costs the turn, not the process. */
  const onTurn = (request: Request & TurnId): void => {
    const { leg, turn } = request
    const key = `${leg} ${turn}`
    try {
      if (request.type === 'begin') begin(key, request)
      else if (request.type === 'audio') turns.get(key)?.write(samplesOf(request.pcm))
      else if (request.type === 'end') turns.get(key)?.end()
      else {
        turns.get(key)?.drop()
        turns.delete(key)
      }
    } catch (error) {
      turns.delete(key)
      report({ type: 'turn-failed', leg, turn, message: textOf(error) })
    }
  }

  process.on('message', (message) => {
    const request = message as Request
    if (request.type === 'load') void start(request.config)
    else if (request.type === 'ping') report({ type: 'pong' })
    else if (request.type === 'speak') void speak(request)
    else if (request.type === 'hush') speeches.get(request.id)?.abort()
    else onTurn(request)
  })
  process.on('disconnect', () => process.exit(0))
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
}

function samplesOf(pcm: Uint8Array): Int16Array {
  const samples = new Int16Array(pcm.length >> 1)
  new Uint8Array(samples.buffer).set(pcm.subarray(0, samples.byteLength))
  return samples
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
