import { join } from 'node:path'
import { definePlugin } from '@portaria/core/plugin'
import { z } from 'zod'
import { startEngine } from './engine.ts'
import { createEspeakVoice } from './espeak-voice.ts'
import { openSpeechCache } from './speech-cache.ts'
import { version } from './version.ts'

const options = z.strictObject({
  /** Where speech is kept. Default `<dataDir>/cache/espeak`. */
  cacheDir: z.string().min(1).optional(),
  /** Most megabytes of it; 0 keeps nothing. */
  cacheMegabytes: z.number().min(0).max(10_000).default(64),
  wordsPerMinute: z.number().int().min(80).max(450).default(165),
  /** 0 (low) to 99 (high). */
  pitch: z.number().int().min(0).max(99).default(50),
})

/** The offline voice: pt-BR, en and es, without network or key. */
export default definePlugin({
  name: 'espeak',
  version,
  options,
  tts({ cacheDir, cacheMegabytes, wordsPerMinute, pitch }, { log, signal, dataDir }) {
    const engine = startEngine({ workerUrl: new URL(import.meta.resolve('#worker')), log, signal })
    const directory = cacheDir ?? join(dataDir, 'cache', 'espeak')
    const maxBytes = cacheMegabytes * 1024 * 1024
    const cache = maxBytes === 0 ? null : openSpeechCache({ directory, maxBytes, log })
    return createEspeakVoice({ engine, cache, wordsPerMinute, pitch, log })
  },
})
