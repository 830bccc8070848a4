import { SpeechSynthesisOutputFormat } from 'microsoft-cognitiveservices-speech-sdk'
import {
  createQueue,
  inTime,
  isProviderError,
  type Log,
  ProviderError,
  type Rate,
  type TextToSpeech,
  timedParts,
  type Voice,
} from '@portaria/core/plugin'
import { speechConfig } from './connect.ts'
import { name } from './failure.ts'
import { localeOf, voiceFor } from './locale.ts'
import { type AzureOptions, voiceName } from './options.ts'
import { connectSpeaker, type Speaker } from './speaker.ts'
import { createSpeakerPool, type SpeakerPool } from './speaker-pool.ts'
import { isAudible, speakable, ssmlOf } from './ssml.ts'
import { version } from './version.ts'

/** How long a sentence that was stopped may take to end; after that its connection is not used again. */
const stopMs = 2_000
const mostForeign = 100

const formats: Readonly<Record<Rate, SpeechSynthesisOutputFormat>> = {
  8000: SpeechSynthesisOutputFormat.Raw8Khz16BitMonoPcm,
  16000: SpeechSynthesisOutputFormat.Raw16Khz16BitMonoPcm,
}

type Sentence = { readonly ssml: string; readonly voice: string }

/** Azure's voices: raw PCM at the leg's rate, passed on as it comes. */
export function createAzureVoice(
  o: AzureOptions,
  { log, signal: life }: { log: Log; signal: AbortSignal },
): TextToSpeech {
  const pools = new Map<Rate, SpeakerPool>()
  const foreign = new Set<string>()
  life.addEventListener('abort', () => pools.forEach((pool) => pool.close()), { once: true })

  function poolFor(rate: Rate): SpeakerPool {
    const known = pools.get(rate)
    if (known !== undefined) return known
    const connect = (onLost: () => void): Speaker => {
      const config = speechConfig(o, 'tts')
      config.speechSynthesisOutputFormat = formats[rate]
      return connectSpeaker({ config, key: o.key, connectMs: o.limits.connectMs, onLost })
    }
    const { warmVoices: warm, maxVoices: max, limits } = o
    const pool = createSpeakerPool({ connect, warm, max, connectMs: limits.connectMs })
    pools.set(rate, pool)
    return pool
  }

  /** A name that another provider may know (`pt-br+f3`) is said with the usual voice. */
  function namedVoice(asked: Voice, locale: string): string {
    const usual = voiceFor(locale, o)
    if (asked.name === undefined || voiceName.test(asked.name)) return asked.name ?? usual
    if (!foreign.has(asked.name) && foreign.size < mostForeign) {
      foreign.add(asked.name)
      log.warn({ voice: asked.name, spoken: usual }, 'this is not the name of a voice of Azure')
    }
    return usual
  }

  function sentenceOf(text: string, asked: { language: string; voice: Voice }): Sentence {
    const locale = localeOf(asked.language, o)
    const voice = namedVoice(asked.voice, locale)
    return { voice, ssml: ssmlOf(text, { ...asked.voice, locale, voice }) }
  }

  return {
    cacheId: `azure ${version} ${o.ttsHost ?? o.host ?? o.region} ${o.voice} ${JSON.stringify(o.locales)}`,
    async synthesize(sentence, asked) {
      asked.signal.throwIfAborted()
      const text = speakable(sentence)
      const { rate, signal } = asked
      if (!isAudible(text)) return { rate, audio: nothing() }
      return {
        rate,
        audio: speak(poolFor(rate), sentenceOf(text, asked), { limits: o.limits, signal }),
      }
    },
    warm: ({ signal }) => poolFor(8_000).warm(signal),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

type Speaking = { readonly limits: AzureOptions['limits']; readonly signal: AbortSignal }

/** Says a sentence; once more when a connection that lay idle turns out to be dead. */
async function* speak(
  pool: SpeakerPool,
  sentence: Sentence,
  o: Speaking,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { speaker, fresh } = await pool.take(o.signal)
    let heard = false
    try {
      for await (const chunk of speakOn(pool, speaker, sentence, o)) {
        heard = true
        yield chunk
      }
      return
    } catch (error) {
      const stale = isProviderError(error) && error.retryable && !speaker.usable()
      if (fresh || heard || !stale || o.signal.aborted) throw error
    }
  }
}

async function* speakOn(
  pool: SpeakerPool,
  speaker: Speaker,
  { ssml, voice }: Sentence,
  { limits, signal }: Speaking,
): AsyncGenerator<Uint8Array> {
  const queue = createQueue<Uint8Array>()
  const speaking = speaker.speak(ssml, { voice, onAudio: queue.push })
  speaking.then(queue.end, queue.fail)
  const inPieces = timedParts(queue.items, {
    name,
    what: 'speech',
    firstMs: limits.firstAudioMs,
    nextMs: limits.nextAudioMs,
    totalMs: limits.totalMs,
    stop: new AbortController(),
    signal,
  })
  let chunks = 0
  let how: 'over' | 'left' | 'failed' = 'left'
  try {
    for await (const chunk of inPieces) {
      chunks += 1
      yield chunk
    }
    how = 'over'
    if (chunks === 0) throw soundless()
  } catch (error) {
    if (how === 'left' && !signal.aborted) how = 'failed'
    throw error
  } finally {
    if (how === 'over') pool.give(speaker)
    else if (how === 'failed') pool.discard(speaker)
    else void stop(pool, speaker, speaking)
  }
}

function soundless(): ProviderError {
  return new ProviderError(name, 'azure: the service said nothing', { retryable: true })
}

/** Has the service make no more of a sentence; its connection is used again only when the sentence is over. */
async function stop(pool: SpeakerPool, speaker: Speaker, speaking: Promise<void>): Promise<void> {
  speaker.stop()
  try {
    await inTime(speaking, { name, what: 'stopping', ms: stopMs })
    pool.give(speaker)
  } catch {
    pool.discard(speaker)
  }
}
