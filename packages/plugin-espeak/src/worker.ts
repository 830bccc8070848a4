/**
 * The thread that speaks: loads eSpeak NG (GPL-3.0) once, then answers one request after another.
 * Imports nothing of core, because a thread started from a test has no `@portaria/source` condition.
 */
import { parentPort, workerData } from 'node:worker_threads'
import load, { type SpeechEngine } from '@echogarden/espeak-ng-emscripten'
import { type SpeakRequest, sampleRateHz, type WorkerData, type WorkerMessage } from './messages.ts'
import { softenPeaks } from './soften-peaks.ts'
import { createStartTrimmer } from './trim-start.ts'

const pauseSamples = Math.round(sampleRateHz * 0.2)
const keptSilenceSamples = Math.round(sampleRateHz * 0.008)

const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread only')
const { cancelled } = workerData as WorkerData
const lastCancelled = new Int32Array(cancelled)

function post(message: WorkerMessage): void {
  const transfer = message.type === 'chunk' ? [message.samples.buffer as ArrayBuffer] : []
  port?.postMessage(message, transfer)
}

function isCancelled(id: number): boolean {
  return Atomics.load(lastCancelled, 0) === id
}

/** Whether the engine knows the voice that was asked for. */
function prepare(engine: SpeechEngine, request: SpeakRequest): boolean {
  const isKnown = engine.set_voice(request.voice) === 0
  if (!isKnown && engine.set_voice(request.fallbackVoice) !== 0) {
    throw new Error(`eSpeak NG has neither voice ${request.voice} nor ${request.fallbackVoice}`)
  }
  engine.rate = request.wordsPerMinute
  engine.pitch = request.pitch
  return isKnown
}

function speak(engine: SpeechEngine, request: SpeakRequest): void {
  const { id, parts } = request
  const usedFallback = !prepare(engine, request)
  parts.forEach((part, n) => {
    if (isCancelled(id)) return
    const trim = createStartTrimmer(keptSilenceSamples)
    if (n > 0) post({ type: 'chunk', id, samples: new Int16Array(pauseSamples) })
    engine.synthesize(part, (samples) => {
      const audible = softenPeaks(trim(samples))
      if (audible.length > 0) post({ type: 'chunk', id, samples: audible.slice() })
      return isCancelled(id)
    })
  })
  post({ type: 'done', id, usedFallback })
}

const module = await load()
const engine = new module.eSpeakNGWorker()
if (engine.samplerate !== sampleRateHz) {
  throw new Error(`eSpeak NG speaks at ${engine.samplerate} Hz instead of ${sampleRateHz}`)
}
// The first sentence of a thread takes ten times as long as later ones: let nobody wait for it.
engine.set_voice('pt-br')
engine.synthesize('Um momento, por favor. Apartamento quinhentos e um.', () => false)

port.on('message', (request: SpeakRequest) => {
  try {
    speak(engine, request)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    post({ type: 'failed', id: request.id, message })
  }
})
