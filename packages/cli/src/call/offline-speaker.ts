import { resample } from '@portaria/core/audio/resample'
import type { Settings } from '@portaria/core/config/config'
import { ConfigError } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import { silentLog } from '@portaria/core/log'
import { loadPlugins } from '@portaria/core/plugins/load-plugins'
import type { Speaker } from './prepare-sounds.ts'

/** s16le bytes in chunks of any size as samples. */
async function samplesOf(audio: AsyncIterable<Uint8Array>): Promise<Int16Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of audio) chunks.push(chunk.slice())
  const bytes = Buffer.concat(chunks)
  const samples = new Int16Array(Math.floor(bytes.length / 2))
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(2 * i)
  return samples
}

/** The offline voice, loaded as the daemon loads it; speaks at 8 kHz. Dispose to end its thread. */
export async function startOfflineSpeaker(o: {
  settings: Settings
  language: Language
  resolve: (name: string) => Promise<unknown>
  signal: AbortSignal
}): Promise<Speaker & AsyncDisposable> {
  const { language, resolve } = o
  // A plugin ends its thread when its context's signal aborts.
  const over = new AbortController()
  const signal = AbortSignal.any([o.signal, over.signal])
  const only = { stt: [], tts: ['espeak'], directory: null, dialer: null, ramais: 'file' }
  const settings: Settings = { ...o.settings, ...only }
  const { dataDir } = settings
  const plugins = await loadPlugins({ settings, resolve, log: silentLog, signal, dataDir })
  const { tts } = plugins
  if (tts === null) throw new ConfigError('the plugin espeak has no voice: install it again')
  const speak: Speaker = async (text) => {
    const speech = await tts.synthesize(text, { rate: 8_000, language, voice: {}, signal })
    return resample(await samplesOf(speech.audio), speech.rate, 8_000)
  }
  return Object.assign(speak, {
    async [Symbol.asyncDispose]() {
      over.abort()
      await plugins[Symbol.asyncDispose]()
    },
  })
}
