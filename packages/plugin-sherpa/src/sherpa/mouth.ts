import type { EngineConfig } from '../messages.ts'
import type { VoiceFiles } from '../models/model-files.ts'
import type { Engine } from '../serve-engine.ts'
import type { Sherpa } from './load-sherpa.ts'
import { shortsOf } from './samples.ts'

/** Piper and Kokoro voices. They are asked one sentence at a time: their reading of the text cannot do two. */
export function createMouth(sherpa: Sherpa, o: EngineConfig, files: VoiceFiles): Engine {
  const { tokens, dataDir, model } = files
  const voice =
    files.kind === 'piper'
      ? { vits: { model, tokens, dataDir } }
      : {
          kokoro: {
            model,
            voices: files.voices,
            tokens,
            dataDir,
            lang: espeakLanguage(o.language),
          },
        }
  const tts = new sherpa.OfflineTts({
    model: { ...voice, numThreads: o.threads, provider: 'cpu', debug: 0 },
    maxNumSentences: 1,
  })
  let last: Promise<unknown> = Promise.resolve()

  return {
    speakers: tts.numSpeakers,
    rate: tts.sampleRate,
    speak({ text, speaker, speed }, sound, signal) {
      const say = async (): Promise<void> => {
        if (signal.aborted) return
        let told = 0
        let over = false
        const onProgress = ({ samples }: { samples: Float32Array }): boolean => {
          if (over) return false
          told += samples.length
          sound(shortsOf(samples))
          return !signal.aborted
        }
        const request = { text, sid: speaker, speed, enableExternalBuffer: false, onProgress }
        const { samples } = await tts.generateAsync(request)
        over = true
        // Progress is told on its own way, and may come too late.
        if (told < samples.length) sound(shortsOf(samples.subarray(told)))
      }
      const saying = last.then(say)
      last = saying.catch(() => undefined)
      return saying
    },
  }
}

/** Kokoro reads text with eSpeak NG, in a language by its name there. */
function espeakLanguage(language: string): string {
  return { pt: 'pt-br', en: 'en-us' }[language] ?? language
}
