import type { Log, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import plugin from '../src/index.ts'
import { azureOptions } from '../src/options.ts'

const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}

/** The recogniser that a configuration's `plugins.azure` makes. */
export async function sttOf(
  options: object,
  signal = new AbortController().signal,
): Promise<SpeechToText> {
  const stt = await plugin.stt?.(azureOptions.parse(options), {
    log: silentLog,
    signal,
    dataDir: '',
  })
  if (stt === undefined) throw new Error('azure offers recognition')
  return stt
}

/** The voice that a configuration's `plugins.azure` makes. */
export async function ttsOf(
  options: object,
  signal: AbortSignal,
  log = silentLog,
): Promise<TextToSpeech> {
  const tts = await plugin.tts?.(azureOptions.parse(options), { log, signal, dataDir: '' })
  if (tts === undefined) throw new Error('azure offers voices')
  return tts
}
