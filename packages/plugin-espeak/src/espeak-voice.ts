import {
  type Language,
  languages,
  type Log,
  type Speech,
  type TextToSpeech,
  type Voice,
} from '@portaria/core/plugin'
import type { Engine, Speaking } from './engine.ts'
import { sampleRateHz } from './messages.ts'
import type { SpeechCache } from './speech-cache.ts'
import { isAudible, splitText, spokenText } from './spoken-text.ts'
import { engineVersion, version } from './version.ts'

const voices: Readonly<Record<Language, string>> = { 'pt-BR': 'pt-br', en: 'en-us', es: 'es-419' }

/** Names that eSpeak NG may know: a language, and perhaps a variant, such as `pt-br+f3`. */
const voiceName = /^[a-z]{2,3}(?:-[a-z0-9]{2,5})*(?:\+[a-z0-9]{1,12})?$/i
const slowest = 80
const fastest = 450

export type EspeakVoiceOptions = {
  readonly engine: Engine
  /** Null: nothing is kept on disk. */
  readonly cache: SpeechCache | null
  readonly wordsPerMinute: number
  readonly pitch: number
  readonly log: Log
}

/** The supported language that a tag means: `es-MX` is es; what is not supported is pt-BR. */
function languageOf(tag: string): Language {
  const [primary] = tag.toLowerCase().split('-')
  return languages.find((language) => language.toLowerCase().split('-')[0] === primary) ?? 'pt-BR'
}

async function* once(pcm: Uint8Array): AsyncGenerator<Uint8Array> {
  if (pcm.length > 0) yield pcm
}

/** Passes speech on while it is made; `keep` gets all of it once it ended well. */
async function* alsoKeep(
  audio: AsyncIterable<Uint8Array>,
  keep: (pcm: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of audio) {
    chunks.push(chunk)
    yield chunk
  }
  if (chunks.length > 0) keep(Buffer.concat(chunks))
}

/** eSpeak NG as a provider: 22,050 Hz, in chunks of 100 ms as they are made, at -20 dBFS. */
export function createEspeakVoice(o: EspeakVoiceOptions): TextToSpeech {
  const { engine, cache, log } = o
  const cacheId = `espeak ${version} espeak-ng-emscripten ${engineVersion} ${o.wordsPerMinute}/${o.pitch}`
  const foreign = new Set<string>()

  function voiceFor(language: Language, name: string | undefined): string {
    if (name === undefined) return voices[language]
    if (voiceName.test(name)) return name.toLowerCase()
    if (!foreign.has(name) && foreign.size < 100) {
      foreign.add(name)
      log.warn({ voice: name, spoken: voices[language] }, 'this is not a voice of eSpeak NG')
    }
    return voices[language]
  }

  function speakingOf(language: Language, voice: Voice, text: string): Speaking {
    const speed = o.wordsPerMinute * (voice.speed ?? 1)
    return {
      voice: voiceFor(language, voice.name),
      fallbackVoice: voices[language],
      wordsPerMinute: Math.round(Math.min(fastest, Math.max(slowest, speed))),
      pitch: o.pitch,
      parts: splitText(text),
    }
  }

  async function synthesize(
    sentence: string,
    asked: { language: string; voice: Voice; signal: AbortSignal },
  ): Promise<Speech> {
    const { signal } = asked
    signal.throwIfAborted()
    const language = languageOf(asked.language)
    const text = spokenText(sentence, language)
    if (!isAudible(text)) return { rate: sampleRateHz, audio: once(new Uint8Array(0)) }
    const speaking = speakingOf(language, asked.voice, text)
    if (cache === null) return { rate: sampleRateHz, audio: engine.speak(speaking, signal) }
    const key = JSON.stringify([cacheId, speaking])
    const kept = await cache.read(key)
    signal.throwIfAborted()
    if (kept !== null) return { rate: sampleRateHz, audio: once(kept) }
    const audio = alsoKeep(engine.speak(speaking, signal), (pcm) => cache.write(key, pcm))
    return { rate: sampleRateHz, audio }
  }

  return { cacheId, synthesize }
}
