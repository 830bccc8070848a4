import {
  type CallInfo,
  type Conversation,
  type Dialogue,
  isProviderError,
  type Log,
  noFacts,
  type PluginContext,
  type ProviderError,
  type Reply,
  type Said,
  type SpeechToText,
  type TextToSpeech,
  type Turn,
} from '@portaria/core/plugin'
import { call, known } from '@portaria/test-kit/a-visit'
import plugin from '../src/index.ts'
import type { OpenAiOptions } from '../src/options.ts'

export { call, known }
export const said = (text: string, more: Partial<Turn> = {}): Turn => ({
  ...known,
  ...more,
  type: 'said',
  text,
})

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

export async function dialogueOf(options: object, o: Making = {}): Promise<Dialogue> {
  return offered(await plugin.dialogue?.(...(await made(options, o))))
}

/** One turn of a new conversation. */
export async function ask(
  dialogue: Dialogue,
  turn: Turn,
  o: { call?: CallInfo; signal?: AbortSignal } = {},
): Promise<Reply[]> {
  const { signal = new AbortController().signal } = o
  await using conversation = await open(dialogue, { ...o, signal })
  return await all(conversation.reply(turn, { signal }))
}

export function open(
  dialogue: Dialogue,
  o: { call?: CallInfo; signal?: AbortSignal; history?: readonly Said[] } = {},
): Promise<Conversation> {
  const { signal = new AbortController().signal, history = [] } = o
  return dialogue.open(o.call ?? call, { history, facts: noFacts, signal })
}

export async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const part of parts) list.push(part)
  return list
}

/** What `work` rejects with. */
export async function failure(work: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw error
  return error
}
