import { ProviderError } from '../errors.ts'
import type { CallInfo } from './call-info.ts'
import type { Conversation, Dialogue, Facts, Reply, Said, Turn } from './dialogue.ts'
import { closeQuietly, type FallbackOptions, type Named } from './fall-back.ts'

/** What the next dialogue is told of what was said before it. */
const longestHistory = 40

/**
 * The first dialogue talks; when it fails before it said anything, the next replies to the same turn, and talks for the
 * rest of the call, because only it knows the end of the conversation. What a dialogue said before it failed is not
 * said again: then the next has the turn after that.
 */
export function withDialogueFallback(
  dialogues: readonly Named<Dialogue>[],
  o: FallbackOptions,
): Dialogue {
  return {
    speculative: dialogues.every(({ provider }) => provider.speculative),
    phrases: (language) => [
      ...new Set(dialogues.flatMap(({ provider }) => provider.phrases?.(language) ?? [])),
    ],
    async open(call, asked) {
      const talk = createTalk(dialogues, { ...o, ...asked, call })
      await talk.open(asked.facts)
      return talk
    },
  }
}

type TalkOptions = FallbackOptions & {
  readonly call: CallInfo
  readonly history: readonly Said[]
  readonly signal: AbortSignal
}

interface Talk extends Conversation {
  open(facts: Facts): Promise<void>
}

function createTalk(dialogues: readonly Named<Dialogue>[], o: TalkOptions): Talk {
  const history = [...o.history]
  let at = 0
  let current: Conversation | null = null

  function remember(said: Said): void {
    const last = history.at(-1)
    // A reply that was tried before its turn was over says the same again.
    if (said.text === '' || (last?.by === said.by && last.text === said.text)) return
    history.push(said)
    if (history.length > longestHistory) history.shift()
  }

  function leave(error: unknown): void {
    const from = dialogues[at]?.name ?? ''
    const to = dialogues[at + 1]?.name ?? null
    o.onFallback({ from, to, error })
    const left = current
    current = null
    // Nobody waits for a dialogue that failed, nor minds how it closes.
    if (left !== null) void closeQuietly(left)
    if (to === null) throw error
    at += 1
  }

  async function open(facts: Facts): Promise<Conversation> {
    for (;;) {
      const dialogue = dialogues[at]
      if (dialogue === undefined) throw new ProviderError('dialogue', 'there is no dialogue')
      try {
        const { signal } = o
        const opening = dialogue.provider.open(o.call, { history: [...history], facts, signal })
        return (current = await opening)
      } catch (error) {
        if (o.signal.aborted) throw error
        leave(error)
      }
    }
  }

  async function* reply(turn: Turn, signal: AbortSignal): AsyncGenerator<Reply> {
    remember({ by: 'portaria', text: turn.played })
    try {
      for (;;) {
        const conversation = current ?? (await open(turn.facts))
        let spoke = false
        try {
          for await (const part of conversation.reply(turn, { signal })) {
            spoke ||= part.type !== 'facts'
            yield part
          }
          return
        } catch (error) {
          if (signal.aborted || o.signal.aborted) throw error
          leave(error)
          if (spoke) return
        }
      }
    } finally {
      if (turn.type === 'said' && !signal.aborted) remember({ by: 'visitor', text: turn.text })
    }
  }

  return {
    async open(facts) {
      await open(facts)
    },
    get by() {
      return current?.by ?? dialogues[at]?.name
    },
    reply: (turn, { signal }) => reply(turn, signal),
    async [Symbol.asyncDispose]() {
      const last = current
      current = null
      await last?.[Symbol.asyncDispose]()
    },
  }
}
