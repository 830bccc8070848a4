import type { Log, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import plugin from '../src/index.ts'
import { azureOptions } from '../src/options.ts'

/** A key with what addresses write in another way; `keyIn` finds it however it is written. */
export const canary = 'canary+/0123456789=&%'

export function keyIn(error: unknown): boolean {
  const { stack, message, cause } = error as Error
  const texts = [message, stack, String(cause), (cause as Error | undefined)?.stack]
  return texts.some((text) => text?.includes('canary') === true)
}

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
