import {
  createQueue,
  type Log,
  ProviderError,
  type Speech,
  type TextToSpeech,
} from '@portaria/core/plugin'
import type { Report } from './messages.ts'
import { primaryOf } from './sherpa-stt.ts'
import type { Supervisor } from './supervise.ts'
import { version } from './version.ts'

const longestText = 2_000

export type SherpaVoiceOptions = {
  readonly supervisor: Supervisor
  /** Name and checksum of the model: part of the cache's key. */
  readonly model: string
  /** What the model speaks, such as pt; empty: anything. */
  readonly languages: readonly string[]
  readonly speaker: number
  readonly limits: { readonly firstAudioMs: number; readonly nextAudioMs: number }
  readonly log: Log
}

/** A voice in the child process. */
export function createSherpaVoice(o: SherpaVoiceOptions): TextToSpeech {
  const foreign = new Set<string>()
  let lastId = 0

  /** Voices of a model are numbers; a name is another provider's, for which this one stands in. */
  const speakerFor = (name: string | undefined, speakers: number): number => {
    if (name === undefined) return o.speaker
    const asked = /^\d{1,5}$/u.test(name) ? Number(name) : -1
    if (asked >= 0 && asked < speakers) return asked
    if (!foreign.has(name) && foreign.size < 100) {
      foreign.add(name)
      o.log.warn({ voice: name, speakers, spoken: o.speaker }, 'this is not a voice of the model')
    }
    return o.speaker
  }

  return {
    cacheId: `sherpa ${version} ${o.model} ${o.speaker}`,
    async synthesize(sentence, { language, voice, signal }): Promise<Speech> {
      signal.throwIfAborted()
      if (o.languages.length > 0 && !o.languages.includes(primaryOf(language))) {
        const mend = 'set plugins.sherpa.voice to one that does, or name another tts for it'
        throw failure(`the voice ${o.model} does not speak ${language}: ${mend}`, false)
      }
      const link = await o.supervisor.link(signal)
      const text = plainText(sentence)
      if (!/[\p{L}\p{N}]/u.test(text)) return { rate: link.rate, audio: nothing() }
      const id = ++lastId
      const asked = {
        text,
        speaker: speakerFor(voice.name, link.speakers),
        speed: speedOf(voice.speed),
      }
      const leave = (): void => {
        clearTimeout(timer)
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
      }
      const stop = (error: unknown): void => {
        leave()
        link.send({ type: 'hush', id })
        queue.fail(error)
      }
      const onLeft = (): void => stop(new Error('nobody listens'))
      const queue = createQueue<Uint8Array>({ onLeft, signal })
      const onAbort = (): void => stop(signal.reason)
      const late = (): void => stop(failure('the voice took too long', true))
      let timer = setTimeout(late, o.limits.firstAudioMs)
      const unsubscribe = link.subscribe({
        lost: stop,
        report(report: Report) {
          if (!('id' in report) || report.id !== id) return
          clearTimeout(timer)
          if (report.type === 'sound') {
            queue.push(report.pcm)
            timer = setTimeout(late, o.limits.nextAudioMs)
          } else if (report.type === 'spoken') {
            leave()
            queue.end()
          } else stop(failure('a sentence failed in the model', true))
        },
      })
      signal.addEventListener('abort', onAbort, { once: true })
      link.send({ type: 'speak', id, ...asked })
      return { rate: link.rate, audio: queue.items }
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function failure(message: string, retryable: boolean): ProviderError {
  return new ProviderError('sherpa', `sherpa: ${message}`, { retryable })
}

function speedOf(speed = 1): number {
  return Math.min(3, Math.max(0.3, speed))
}

/** Words and punctuation; what is markup, control or picture becomes a space. */
function plainText(sentence: string): string {
  return sentence
    .slice(0, longestText)
    .toWellFormed()
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{Zs}%$€£+]|[<>{}[\]\\^~|`_*#@]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}
