import {
  type Conversation,
  createQueue,
  type Dialogue,
  type Heard,
  orAbort,
  ProviderError,
  type Reply,
  type SpeechToText,
  type TextToSpeech,
  type Transcriber,
  type Turn,
} from '@portaria/core/plugin'
import { setTimeout as pause } from 'node:timers/promises'
import { isAudible } from './speech-level.ts'
import { speakInTones, type ToneSpeech } from './word-tones.ts'

/**
 * Providers that answer a fixed time after their input, and fail in a chosen way: `error` at once, `drop` in the middle,
 * `hang` instead of an answer, `stall` in the middle of one.
 */
export type Fault = 'error' | 'drop' | 'hang' | 'stall'

/** Asked for each turn or sentence, from 0: what goes wrong with it. */
export type Faults = (nth: number) => Fault | null

const none: Faults = () => null

function broken(name: string): ProviderError {
  return new ProviderError(name, `${name} was told to fail`, { retryable: true })
}

function forever(signal: AbortSignal): Promise<never> {
  return orAbort(new Promise<never>(() => undefined), signal)
}

/** After so much of a sound a fault in the middle comes. */
const middleMs = 300
/** How long each word of a line is heard before it is a partial. */
const partialMs = 100

export type DelayedSttOptions = {
  readonly name: string
  /** What is "said" in a turn, one after another, over all legs. */
  readonly nextLine: () => string
  readonly finalAfterMs: number
  readonly faults?: Faults
}

/** A recogniser whose words come from a script, with partials while sound goes on and a final after the turn. */
export function createDelayedStt(o: DelayedSttOptions): SpeechToText {
  const { faults = none } = o
  let turns = 0
  return {
    rates: [8000, 16_000],
    partials: true,
    open({ rate, signal }) {
      const queue = createQueue<Heard>()
      const end = (): void => queue.end()
      signal.addEventListener('abort', end, { once: true })
      let line: string[] = []
      let told = 0
      let audibleMs = 0
      let fault: Fault | null = null
      const finish = (turn: number, text: string): void => {
        if (text !== '') queue.push({ type: 'final', turn, text })
        queue.push({ type: 'done', turn })
      }
      let turn = 0
      const transcriber: Transcriber = {
        begin(begun) {
          turn = begun
          line = []
          told = 0
          audibleMs = 0
          fault = faults(turns++)
          if (fault === 'error') queue.fail(broken(o.name))
        },
        write(pcm) {
          if (!isAudible(pcm)) return
          audibleMs += (pcm.length * 500) / rate
          if (fault === 'drop' && audibleMs >= middleMs) queue.fail(broken(o.name))
          if (line.length === 0) line = o.nextLine().split(' ')
          const words = Math.min(line.length, Math.floor(audibleMs / partialMs))
          if (words <= told) return
          told = words
          queue.push({ type: 'partial', turn, text: line.slice(0, words).join(' ') })
        },
        end(ended) {
          if (fault === 'hang' || fault === 'stall') return
          const text = line.join(' ')
          if (o.finalAfterMs === 0) finish(ended, text)
          else setTimeout(finish, o.finalAfterMs, ended, text)
        },
        heard: queue.items,
        [Symbol.asyncDispose]() {
          signal.removeEventListener('abort', end)
          end()
          return Promise.resolve()
        },
      }
      return Promise.resolve(transcriber)
    },
  }
}

export type DelayedVoiceOptions = ToneSpeech & {
  readonly name: string
  readonly firstByteMs: number
  readonly faults?: Faults
  /** Where `drop` and `stall` come, in ms of the sentence. Default 300. */
  readonly faultAtMs?: (nth: number) => number
}

/** A voice of tones (see word-tones.ts), in chunks of 100 ms, that is never kept: each sentence takes its time. */
export function createDelayedVoice(o: DelayedVoiceOptions): TextToSpeech {
  const { faults = none, faultAtMs = () => middleMs } = o
  let sentences = 0
  return {
    cacheId: o.name,
    async synthesize(sentence, { rate, signal }) {
      const nth = sentences++
      const fault = faults(nth)
      if (fault === 'error') throw broken(o.name)
      if (fault === 'hang') await forever(signal)
      if (o.firstByteMs > 0) await pause(o.firstByteMs, undefined, { signal })
      const samples = speakInTones(sentence, { ...o, rate })
      const most = fault === null ? samples.length : Math.round((faultAtMs(nth) * rate) / 1_000)
      async function* audio(): AsyncGenerator<Uint8Array> {
        const sound = new Uint8Array(samples.buffer, 0, 2 * Math.min(most, samples.length))
        for (let at = 0; at < sound.length; at += rate / 5) yield sound.subarray(at, at + rate / 5)
        if (fault === 'drop') throw broken(o.name)
        if (fault === 'stall') await forever(signal)
      }
      return { rate, audio: audio(), keep: () => false }
    },
  }
}

export type DelayedDialogueOptions = {
  readonly name: string
  readonly firstTokenMs: number
  readonly speculative: boolean
  readonly reply: (turn: Turn) => readonly Reply[]
  readonly faults?: Faults
}

/** A dialogue that replies the same way to every turn; `drop` and `stall` come after its first part. */
export function createDelayedDialogue(o: DelayedDialogueOptions): Dialogue {
  const { faults = none } = o
  let turns = 0
  const conversation: Conversation = {
    async *reply(turn, { signal }) {
      const fault = faults(turns++)
      if (fault === 'error') throw broken(o.name)
      if (fault === 'hang') await forever(signal)
      if (o.firstTokenMs > 0) await pause(o.firstTokenMs, undefined, { signal })
      for (const part of o.reply(turn)) {
        yield part
        if (fault === 'drop') throw broken(o.name)
        if (fault === 'stall') await forever(signal)
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return { speculative: o.speculative, open: () => Promise.resolve(conversation) }
}
