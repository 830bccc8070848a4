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
      const talk = new Talk(dialogues, { ...o, ...asked, call })
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

class Talk implements Conversation {
  readonly #dialogues: readonly Named<Dialogue>[]
  readonly #o: TalkOptions
  readonly #history: Said[]
  #at = 0
  #current: Conversation | null = null
  #opening: Promise<Conversation> | null = null
  #closed = false
  #before: { readonly turn: Turn; readonly signal: AbortSignal } | null = null

  constructor(dialogues: readonly Named<Dialogue>[], o: TalkOptions) {
    this.#dialogues = dialogues
    this.#o = o
    this.#history = [...o.history]
  }

  get by(): string | undefined {
    return this.#current?.by ?? this.#dialogues[this.#at]?.name
  }

  /** A reply that was given up may still be opening it when the next one is asked for. */
  open(facts: Facts): Promise<Conversation> {
    this.#opening ??= this.#openNext(facts).finally(() => (this.#opening = null))
    return this.#opening
  }

  async *reply(...[turn, { signal }]: Parameters<Conversation['reply']>): AsyncGenerator<Reply> {
    this.#settle(turn)
    this.#before = { turn, signal }
    const call = this.#o.signal
    let { facts } = turn
    for (;;) {
      const conversation = this.#current ?? (await this.open(facts))
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
        const isCurrent = (): boolean => this.#current === conversation
        if (isGivenUp(signal) && !call.aborted && isCurrent()) this.#leave(signal.reason)
        if (signal.aborted || call.aborted) throw error
        if (isCurrent()) this.#leave(error)
        // Then the visitor knows what to do, or need not do anything.
        if (asked || decided) return
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const last = this.#current
    this.#current = null
    await last?.[Symbol.asyncDispose]()
  }

  #remember(said: Said): void {
    const history = this.#history
    const last = history.at(-1)
    // A reply that was tried before its turn was over says the same again.
    if (said.text === '' || (last?.by === said.by && last.text === said.text)) return
    history.push(said)
    if (history.length > longestHistory) history.shift()
  }

  /** What the visitor said before counts unless its reply was only tried: aborted, and nothing of it was heard. */
  #settle({ played }: Turn): void {
    const before = this.#before
    const isKept = before !== null && (!before.signal.aborted || before.turn.played !== played)
    if (isKept && before.turn.type === 'said') {
      this.#remember({ by: 'visitor', text: before.turn.text })
    }
    this.#before = null
    this.#remember({ by: 'portaria', text: played })
  }

  #leave(error: unknown): void {
    const from = this.#dialogues[this.#at]?.name ?? ''
    const to = this.#dialogues[this.#at + 1]?.name ?? null
    this.#o.onFallback({ from, to, error })
    const left = this.#current
    this.#current = null
    // Nobody waits for a dialogue that failed, nor minds how it closes.
    if (left !== null) void closeQuietly(left)
    if (to === null) throw error
    this.#at += 1
  }

  async #openNext(facts: Facts): Promise<Conversation> {
    const { call, signal } = this.#o
    for (;;) {
      const dialogue = this.#dialogues[this.#at]
      if (dialogue === undefined) throw new ProviderError('dialogue', 'there is no dialogue')
      try {
        const asked = { history: [...this.#history], facts, signal }
        const opened = await dialogue.provider.open(call, asked)
        this.#current = opened
        if (this.#closed) void closeQuietly(opened)
        return opened
      } catch (error) {
        if (signal.aborted) throw error
        this.#leave(error)
      }
    }
  }
}
