import type { Log, PluginContext, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import plugin from '../src/index.ts'
import type { OpenAiOptions } from '../src/options.ts'

/** A log that keeps every line, as a person would read it. */
function recordingLog(lines: string[]): Log {
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  return log
}

type Making = { readonly signal?: AbortSignal; readonly lines?: string[] }

/** Options as the configuration has them, and what a factory gets besides. */
async function made(options: object, o: Making): Promise<[OpenAiOptions, PluginContext]> {
  const parsed = await plugin.options['~standard'].validate(options)
  if (parsed.issues !== undefined) {
    throw new TypeError(parsed.issues.map(({ message }) => message).join('; '))
  }
  const { signal = new AbortController().signal, lines = [] } = o
  return [parsed.value, { log: recordingLog(lines), signal, dataDir: '/nonexistent' }]
}

function offered<P>(provider: P | undefined): P {
  if (provider === undefined) throw new TypeError('the plugin does not offer it')
  return provider
}

export async function sttOf(options: object, o: Making = {}): Promise<SpeechToText> {
  return offered(await plugin.stt?.(...(await made(options, o))))
}

export async function ttsOf(options: object, o: Making = {}): Promise<TextToSpeech> {
  return offered(await plugin.tts?.(...(await made(options, o))))
}
