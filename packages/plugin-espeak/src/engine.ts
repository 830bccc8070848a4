import { Worker } from 'node:worker_threads'
import { createQueue, type Log, messageOf, ProviderError, type Queue } from '@portaria/core/plugin'
import type { SpeakRequest, WorkerData, WorkerMessage } from './messages.ts'

export type Speaking = Omit<SpeakRequest, 'id'>

/** eSpeak NG in a thread of its own. */
export interface Engine {
  /** s16le as it is made. An abort, or a consumer that stops, drops the request at once. */
  speak(speaking: Speaking, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export type EngineOptions = {
  readonly workerUrl: URL
  readonly log: Log
  /** Ends the thread. */
  readonly signal: AbortSignal
  /** How long a cancelled sentence may keep the thread busy before it is replaced. */
  readonly graceMs?: number
}

type Job = { readonly request: SpeakRequest; readonly audio: Queue<Uint8Array>; leave: () => void }

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}

/**
 * Starts the thread, which loads the voice while the daemon goes on. Requests wait here and go to the thread one at a
 * time, so that a cancelled one costs nothing and a crash fails only the one that was being spoken. After a crash the
 * next request starts a new thread; the thread never keeps the process alive while it has nothing to do.
 */
export function startEngine(o: EngineOptions): Engine {
  const cancelled = new SharedArrayBuffer(4)
  const lastCancelled = new Int32Array(cancelled)
  const queue: Job[] = []
  const unknownVoices = new Set<string>()
  let running: Job | null = null
  let overdue: NodeJS.Timeout | undefined
  let lastId = 0
  let crash: unknown = null
  let worker: Worker | null = spawn()

  function spawn(): Worker {
    const workerData: WorkerData = { cancelled }
    // What the engine prints must not get between the lines of a command's output.
    const thread = new Worker(o.workerUrl, { workerData, stdout: true, stderr: true })
    thread.unref()
    thread.stdout.resume()
    thread.stderr.on('data', (text) => o.log.warn({ text: String(text) }, 'the voice thread says'))
    thread.on('message', onMessage)
    thread.on('error', (error) => (crash = error))
    thread.on('exit', onExit)
    return thread
  }

  function onMessage(message: WorkerMessage): void {
    const job = running
    if (job === null || message.id !== job.request.id) return
    if (message.type === 'chunk') {
      job.audio.push(bytesOf(message.samples))
      return
    }
    if (message.type === 'failed') job.audio.fail(failure(message.message))
    else {
      if (message.usedFallback) warnOnce(job.request)
      job.audio.end()
    }
    next()
  }

  function onExit(): void {
    worker = null
    if (o.signal.aborted) return
    const why = crash === null ? 'it stopped' : messageOf(crash)
    o.log.warn({ error: why }, 'the voice thread ended; the next sentence starts another')
    running?.audio.fail(failure(`The voice thread ended: ${why}`, crash))
    crash = null
    next()
  }

  function failure(message: string, cause?: unknown): ProviderError {
    return new ProviderError('espeak', message, { retryable: true, cause })
  }

  function warnOnce({ voice, fallbackVoice }: SpeakRequest): void {
    if (unknownVoices.has(voice) || unknownVoices.size >= 100) return
    unknownVoices.add(voice)
    o.log.warn({ voice, spoken: fallbackVoice }, 'eSpeak NG does not know this voice')
  }

  /** The running job is over: takes the next one. */
  function next(): void {
    clearTimeout(overdue)
    running?.leave()
    running = queue.shift() ?? null
    if (running === null) {
      worker?.unref()
      return
    }
    worker ??= spawn()
    worker.ref()
    worker.postMessage(running.request)
  }

  function cancel(job: Job, reason: unknown): void {
    job.audio.fail(reason)
    if (job !== running) {
      const place = queue.indexOf(job)
      if (place >= 0) queue.splice(place, 1)
      job.leave()
      return
    }
    Atomics.store(lastCancelled, 0, job.request.id)
    clearTimeout(overdue)
    overdue = setTimeout(() => void worker?.terminate(), o.graceMs ?? 5_000)
  }

  function close(): void {
    for (const job of [...queue, ...(running === null ? [] : [running])]) {
      job.audio.fail(o.signal.reason)
      job.leave()
    }
    queue.length = 0
    running = null
    clearTimeout(overdue)
    void worker?.terminate()
  }

  o.signal.addEventListener('abort', close, { once: true })
  if (o.signal.aborted) close()

  return {
    speak(speaking, signal) {
      const reason = o.signal.aborted ? o.signal.reason : signal.reason
      const onLeft = (): void => cancel(job, 'nobody listens')
      const audio = createQueue<Uint8Array>({ onLeft, signal })
      const onAbort = (): void => cancel(job, signal.reason)
      const leave = (): void => signal.removeEventListener('abort', onAbort)
      const job: Job = { request: { ...speaking, id: ++lastId }, audio, leave }
      if (reason !== undefined) {
        audio.fail(reason)
        return audio.items
      }
      signal.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      if (running === null) next()
      return audio.items
    },
  }
}
