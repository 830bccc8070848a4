import {
  type Dialogue,
  type Log,
  noFacts,
  type Reply,
  type SpeechToText,
  type TextToSpeech,
  type Turn,
} from '@portaria/core/plugin'
import { call, known } from '@portaria/test-kit/a-visit'
import plugin from '../src/index.ts'

const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => log,
}

/** What the plugin's schema makes of options, and what a factory is given besides. */
async function given(kind: 'stt' | 'tts' | 'ai', section: object) {
  const parsed = await plugin.options['~standard'].validate({ [kind]: section })
  if (parsed.issues !== undefined) throw new TypeError(JSON.stringify(parsed.issues))
  const { signal } = new AbortController()
  return [parsed.value, { log, signal, dataDir: '/none' }] as const
}

function present<P>(provider: P | undefined): P {
  if (provider === undefined) throw new TypeError('the plugin makes no such provider')
  return provider
}

/** A provider as the daemon makes it. */
export async function sttOf(section: object): Promise<SpeechToText> {
  return present(await plugin.stt?.(...(await given('stt', section))))
}

export async function ttsOf(section: object): Promise<TextToSpeech> {
  return present(await plugin.tts?.(...(await given('tts', section))))
}

export async function dialogueOf(section: object): Promise<Dialogue> {
  return present(await plugin.dialogue?.(...(await given('ai', section))))
}

export { call, known }
export const said = (text: string, o: Partial<Turn> = {}): Turn =>
  ({ ...known, type: 'said', text, ...o }) as Turn

export async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const part of parts) list.push(part)
  return list
}

/** Some turns of a new conversation. */
export async function converse(dialogue: Dialogue, turns: readonly Turn[]): Promise<Reply[][]> {
  const { signal } = new AbortController()
  const opening = dialogue.open(call, { history: [], facts: noFacts, signal })
  await using conversation = await opening
  const replies: Reply[][] = []
  for (const turn of turns) replies.push(await all(conversation.reply(turn, { signal })))
  return replies
}

/** Everything that a person could read of an error. */
export function textOf(error: unknown): string {
  const { message, stack, cause } = error as Error
  return `${message} ${stack} ${cause === undefined ? '' : textOf(cause)}`
}
