import type { Heard, SpeechToText, Transcriber } from '@portaria/core/plugin'
import { isAudible } from './speech-level.ts'

/** Less is no speech, whatever the endpointer thought: the recogniser hears for itself. */
const leastAudibleMs = 100

export type ScriptedSttOptions = {
  /** What is "said" on the n-th leg that connects (visitor first, then the resident), turn by turn. */
  legs: readonly (readonly string[])[]
  /** How long after the end of a turn its final comes. Default 0. */
  finalAfterMs?: number
  confidence?: number
}

/**
 * A recogniser without a model: the words come from a script, but everything else from the sound that really
 * arrives. A turn whose audio was silent yields nothing and leaves the script where it was.
 */
export function createScriptedStt(o: ScriptedSttOptions): SpeechToText {
  let opened = 0
  return {
    rates: [8000, 16000],
    partials: false,
    open({ rate, signal }) {
      const lines = [...(o.legs[opened++] ?? [])]
      return Promise.resolve(createTranscriber(lines, { ...o, rate, signal }))
    },
  }
}

function createTranscriber(
  lines: string[],
  o: ScriptedSttOptions & { rate: number; signal: AbortSignal },
): Transcriber {
  const queue: Heard[] = []
  let wake: (() => void) | null = null
  let closed = o.signal.aborted
  let audibleMs = 0
  const push = (heard: Heard): void => {
    queue.push(heard)
    wake?.()
  }
  const close = (): void => {
    closed = true
    wake?.()
  }
  o.signal.addEventListener('abort', close, { once: true })

  const finish = (turn: number, heardMs: number): void => {
    const text = heardMs >= leastAudibleMs ? lines.shift() : undefined
    const sure = o.confidence === undefined ? {} : { confidence: o.confidence }
    if (text !== undefined) push({ type: 'final', turn, text, ...sure })
    push({ type: 'done', turn })
  }

  return {
    begin() {
      audibleMs = 0
    },
    write(pcm) {
      const samples = pcm.byteLength >> 1
      if (isAudible(pcm)) audibleMs += (samples * 1000) / o.rate
    },
    end(turn) {
      const heardMs = audibleMs
      if (o.finalAfterMs === undefined || o.finalAfterMs === 0) finish(turn, heardMs)
      else setTimeout(finish, o.finalAfterMs, turn, heardMs)
    },
    heard: {
      async *[Symbol.asyncIterator]() {
        while (!closed) {
          const next = queue.shift()
          if (next !== undefined) yield next
          else {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          }
        }
      },
    },
    [Symbol.asyncDispose]() {
      o.signal.removeEventListener('abort', close)
      close()
      return Promise.resolve()
    },
  }
}
