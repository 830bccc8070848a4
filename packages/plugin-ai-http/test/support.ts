import {
  type CallInfo,
  type Dialogue,
  type Log,
  noFacts,
  type Reply,
  type Turn,
} from '@portaria/core/plugin'
import plugin from '../src/index.ts'

export const call: CallInfo = {
  callId: '3f0c7a52-9c1e-4a1b-8f4e-0a1b2c3d4e5f',
  ramal: '1000',
  condominiumId: 1,
  condominiumName: 'Apoena',
  language: 'pt-BR',
  canHear: true,
}

export const known = { facts: noFacts, match: { type: 'none' }, played: '' } as const
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
