import { ProviderError } from '../errors.ts'
import { isGivenUp } from './given-up.ts'
import type { CallInfo } from './call-info.ts'
import type { Conversation, Dialogue, Facts, Reply, Said, Turn } from './dialogue.ts'
import { closeQuietly, type FallbackOptions, type Named } from './fall-back.ts'

/** What the next dialogue is told of what was said before it. */
const longestHistory = 40

/**
 * The first dialogue talks; when it fails, the next replies to the same turn, and talks for the rest of the call, because
 * only it knows the end of the conversation. One that breaks off after a question, or after
 * facts that are ready, has replied; else the next replies to the same turn, with what was learnt until then.
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
  let opening: Promise<Conversation> | null = null
  let closed = false
  let before: { readonly turn: Turn; readonly signal: AbortSignal } | null = null

  function remember(said: Said): void {
    const last = history.at(-1)
    // A reply that was tried before its turn was over says the same again.
    if (said.text === '' || (last?.by === said.by && last.text === said.text)) return
    history.push(said)
    if (history.length > longestHistory) history.shift()
  }

  /** What the visitor said before counts unless its reply was only tried: aborted, and nothing of it was heard. */
  function settle({ played }: Turn): void {
    const isKept = before !== null && (!before.signal.aborted || before.turn.played !== played)
    if (isKept && before?.turn.type === 'said') remember({ by: 'visitor', text: before.turn.text })
    before = null
    remember({ by: 'portaria', text: played })
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

  async function openNext(facts: Facts): Promise<Conversation> {
    for (;;) {
      const dialogue = dialogues[at]
      if (dialogue === undefined) throw new ProviderError('dialogue', 'there is no dialogue')
      try {
        const { signal } = o
        const asked = { history: [...history], facts, signal }
        current = await dialogue.provider.open(o.call, asked)
        if (closed) void closeQuietly(current)
        return current
      } catch (error) {
        if (o.signal.aborted) throw error
        leave(error)
      }
    }
  }

  /** A reply that was given up may still be opening it when the next one is asked for. */
  function open(facts: Facts): Promise<Conversation> {
    opening ??= openNext(facts).finally(() => (opening = null))
    return opening
  }

  async function* reply(turn: Turn, signal: AbortSignal): AsyncGenerator<Reply> {
    settle(turn)
    before = { turn, signal }
    let { facts } = turn
    for (;;) {
      const conversation = current ?? (await open(facts))
      let asked = false
      let decided = false
      try {
        for await (const part of conversation.reply({ ...turn, facts }, { signal })) {
          if (part.type === 'say') asked = part.text.trimEnd().endsWith('?')
          else decided = part.type !== 'facts' || part.ready
          if (part.type === 'facts') facts = { ...facts, ...part.change }
          yield part
        }
        return
      } catch (error) {
        if (isGivenUp(signal) && !o.signal.aborted && current === conversation) leave(signal.reason)
        if (signal.aborted || o.signal.aborted) throw error
        if (current === conversation) leave(error)
        // Then the visitor knows what to do, or need not do anything.
        if (asked || decided) return
      }
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
      closed = true
      const last = current
      current = null
      await last?.[Symbol.asyncDispose]()
    },
  }
}
