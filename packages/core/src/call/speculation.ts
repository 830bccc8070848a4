import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Conversation, Reply, Turn } from '../providers/dialogue.ts'
import { sentencesToSay } from '../speech/sentences-to-say.ts'

/** Each costs a request to the dialogue. */
const mostPerTurn = 3
/** More parts than this make no reply. */
const mostParts = 500

/** A reply that was begun before its turn was over. */
export interface Speculated {
  readonly parts: AsyncIterable<Reply>
  /** When its first part came, on the monotonic clock; null: not yet. */
  readonly firstMs: number | null
}

/**
 * Asks the dialogue while the visitor may still be speaking. What it replies is only listened to when the turn turns
 * out to be those words; else its signal aborts, and nothing was.
 */
export interface Speculation {
  /** The visitor has said this so far, and seems to have finished. */
  consider(text: string): void
  /** The turn is over: its reply, if it was begun for these words. `signal` ends it from now on. */
  take(text: string, signal: AbortSignal): Speculated | null
  /** It was no turn, or one that is not replied to by words. */
  drop(): void
  /** Of this turn, up to `take` or `drop`. */
  readonly tried: boolean
}

type Attempt = { words: string; stop: AbortController; reply: BufferedReply }

export function createSpeculation(o: {
  conversation: Conversation
  turnFor: (text: string) => Turn
  /** Has the first sentence synthesised, as long as the signal lives. */
  prepare: (sentence: string, signal: AbortSignal) => void
  signal: AbortSignal
  clock: () => number
  log: Log
}): Speculation {
  let attempt: Attempt | null = null
  let tries = 0

  const abandon = (): void => {
    attempt?.stop.abort(new Error('the turn was another'))
    attempt = null
  }
  const reset = (): void => {
    attempt = null
    tries = 0
  }

  return {
    consider(text) {
      const words = wordsOf(text)
      if (words === '' || attempt?.words === words || tries >= mostPerTurn) return
      abandon()
      tries += 1
      const stop = new AbortController()
      const signal = AbortSignal.any([o.signal, stop.signal])
      const parts = o.conversation.reply(o.turnFor(text), { signal })
      const reply = new BufferedReply(parts, o.clock, (part) => {
        const [first] = part.type === 'say' ? sentencesToSay(part.text) : []
        if (first !== undefined) o.prepare(first, signal)
      })
      attempt = { words, stop, reply }
      reply.ended.catch((error: unknown) =>
        o.log.debug({ error: messageOf(error) }, 'a speculative reply came to nothing'),
      )
    },
    take(text, signal) {
      const taken = attempt
      if (taken === null || taken.words !== wordsOf(text) || taken.reply.failed) {
        abandon()
        reset()
        return null
      }
      reset()
      const end = (): void => taken.stop.abort(signal.reason)
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
      const forget = (): void => signal.removeEventListener('abort', end)
      taken.reply.ended.then(forget, forget)
      return taken.reply
    },
    drop() {
      abandon()
      reset()
    },
    get tried() {
      return tries > 0
    },
  }
}

/** What makes two texts the same thing said: a final adds marks and capitals to its partials. */
function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Reads a reply as it comes, for a reader who may come later. */
class BufferedReply implements Speculated {
  firstMs: number | null = null
  failed = false
  readonly ended: Promise<void>
  readonly #kept: Reply[] = []
  #wake: (() => void) | null = null
  #isOver = false

  constructor(parts: AsyncIterable<Reply>, clock: () => number, onSay: (part: Reply) => void) {
    this.ended = this.#read(parts, clock, onSay)
  }

  async #read(
    parts: AsyncIterable<Reply>,
    clock: () => number,
    onPart: (part: Reply) => void,
  ): Promise<void> {
    try {
      for await (const part of parts) {
        if (this.firstMs === null) onPart(part)
        this.firstMs ??= clock()
        this.#kept.push(part)
        this.#wake?.()
        if (this.#kept.length >= mostParts) break
      }
    } catch (error) {
      this.failed = true
      throw error
    } finally {
      this.#isOver = true
      this.#wake?.()
    }
  }

  get parts(): AsyncIterable<Reply> {
    return this.#replay()
  }

  async *#replay(): AsyncGenerator<Reply> {
    for (;;) {
      const part = this.#kept.shift()
      if (part !== undefined) yield part
      else if (this.#isOver) return await this.ended
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
