import {
  type CallInfo,
  type Dialogue,
  type Log,
  noFacts,
  type Reply,
  type Turn,
} from '@portaria/core/plugin'
import { call, known } from '@portaria/test-kit/a-visit'
import plugin from '../src/index.ts'

export { call, known }
export const said = (text: string): Turn => ({ ...known, type: 'said', text })

/** A log that keeps every line, as a person would read it. */
export function recordingLog(lines: string[]): Log {
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  return log
}

/** The dialogue as the daemon makes it: options through the plugin's schema. */
export async function dialogueOf(
  options: object,
  o: { signal?: AbortSignal; lines?: string[] } = {},
): Promise<Dialogue> {
  const parsed = await plugin.options['~standard'].validate(options)
  if (parsed.issues !== undefined) {
    throw new TypeError(parsed.issues.map(({ message }) => message).join('; '))
  }
  const { signal = new AbortController().signal, lines = [] } = o
  const context = { log: recordingLog(lines), signal, dataDir: '/nonexistent' }
  const dialogue = await plugin.dialogue?.(parsed.value, context)
  if (dialogue === undefined) throw new TypeError('the plugin offers no dialogue')
  return dialogue
}

export async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const part of parts) list.push(part)
  return list
}

/** One turn of a new conversation. */
export async function ask(
  dialogue: Dialogue,
  turn: Turn,
  o: { call?: CallInfo; signal?: AbortSignal } = {},
): Promise<Reply[]> {
  const { signal = new AbortController().signal } = o
  const opening = dialogue.open(o.call ?? call, { history: [], facts: noFacts, signal })
  await using conversation = await opening
  return await all(conversation.reply(turn, { signal }))
}
