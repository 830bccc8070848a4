import { silentLog } from '@portaria/core/log'
import type { TextToSpeech } from '@portaria/core/plugin'
import espeak from '@portaria/plugin-espeak'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The voice that speaks without any account, until it is disposed. */
export async function startOfflineVoice(): Promise<AsyncDisposable & { voice: TextToSpeech }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portaria-voice-'))
  const stop = new AbortController()
  const options = await espeak.options['~standard'].validate({})
  if (options.issues !== undefined || espeak.tts === undefined) throw new Error('no such voice')
  const context = { log: silentLog, signal: stop.signal, dataDir }
  const voice = await espeak.tts(options.value, context)
  return {
    voice,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test is over'))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
