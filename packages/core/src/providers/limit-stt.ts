import { createQueue } from '../queue.ts'
import type { Limiter } from './limit-concurrency.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import { likeStt } from './tap.ts'
import { createTurnTape, type TurnTape } from './turn-tape.ts'

const longestTurnSeconds = 20

/** A turn that has a place, or waits for one on tape. */
type Held = { tape: TurnTape | null; release: (() => void) | null; over: boolean }

/**
 * A few turns are transcribed at a time (MAX_CONCURRENT_TRANSCRIPTIONS); the sound of the others waits on tape. A turn
 * that waits too long is done without words, which `onBusy` hears of.
 */
export function limitStt(
  stt: SpeechToText,
  limiter: Limiter,
  o: { readonly onBusy: (error: unknown) => void },
): SpeechToText {
  return likeStt(stt, async (asked) => {
    const transcriber = await stt.open(asked)
    const longestBytes = asked.rate * 2 * longestTurnSeconds
    return limitTranscriber(transcriber, { ...o, limiter, longestBytes, signal: asked.signal })
  })
}

function limitTranscriber(
  transcriber: Transcriber,
  o: {
    limiter: Limiter
    longestBytes: number
    signal: AbortSignal
    onBusy: (error: unknown) => void
  },
): Transcriber {
  const queue = createQueue<Heard>()
  const life = new AbortController()
  const signal = AbortSignal.any([o.signal, life.signal])
  const turns = new Map<number, Held>()
  let latest: Held | null = null

  function finish(turn: number): void {
    const held = turns.get(turn)
    if (held === undefined) return
    turns.delete(turn)
    held.over = true
    held.release?.()
  }

  function finishAll(): void {
    for (const turn of turns.keys()) finish(turn)
  }

  /** The words of a turn that found no place are lost; the leg goes on. */
  function giveUp(turn: number, error: unknown): void {
    if (signal.aborted) return
    finish(turn)
    o.onBusy(error)
    queue.push({ type: 'done', turn })
  }

  async function place(held: Held, turn: number): Promise<void> {
    try {
      const release = await o.limiter.acquire(signal)
      if (held.over) return release()
      held.release = release
      const { tape } = held
      held.tape = null
      tape?.replay(transcriber)
    } catch (error) {
      if (held.release === null) giveUp(turn, error)
      else queue.fail(error)
    }
  }

  async function pump(): Promise<void> {
    try {
      for await (const heard of transcriber.heard) {
        if (heard.type === 'done') finish(heard.turn)
        queue.push(heard)
      }
      queue.end()
    } catch (error) {
      queue.fail(error)
    } finally {
      finishAll()
    }
  }
  const pumping = pump()

  return {
    begin(turn, options) {
      const tape = createTurnTape(turn, { ...options, longestBytes: o.longestBytes })
      latest = { tape, release: null, over: false }
      turns.set(turn, latest)
      void place(latest, turn)
    },
    write(pcm) {
      if (latest?.tape) latest.tape.write(pcm)
      else if (latest?.over === false) transcriber.write(pcm)
    },
    end(turn) {
      const held = turns.get(turn)
      if (held?.tape) held.tape.end()
      else if (held !== undefined) transcriber.end(turn)
    },
    get by() {
      return transcriber.by
    },
    heard: queue.items,
    async [Symbol.asyncDispose]() {
      life.abort(new Error('the leg is over'))
      finishAll()
      await transcriber[Symbol.asyncDispose]()
      queue.end()
      await pumping
    },
  }
}
