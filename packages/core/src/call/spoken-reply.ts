import type { Reply, Turn } from '../providers/dialogue.ts'
import { cleanFacts } from '../providers/read-facts.ts'
import { cleanLine } from '../speech/clean-text.ts'
import { sentencesToSay } from '../speech/sentences-to-say.ts'
import type { Attending } from './attending.ts'
import { forDialogue, lookUpDestination } from './look-up-destination.ts'
import { ownQuestion } from './own-question.ts'
import type { Destination, Progress } from './progress.ts'
import { readParts } from './reply-parts.ts'
import type { Asked, ReplyTurn } from './reply-turn.ts'
import type { Talk } from './talk.ts'

const mostMisses = 3
/** A dialogue that has more at hand than this is spoken all the same. */
const mostHeld = 20
/** What it says beyond this is not waited for: nobody listens for so long. */
const mostSentences = 60
const longestWhy = 200
/** More parts than this make no reply. */
const mostParts = 500

/** What a dialogue is told of a turn. */
export function turnFor(a: Attending, progress: Progress, input: Asked): Turn {
  const match = forDialogue(progress.match, a.record.facts)
  const common = { facts: a.record.facts, match, played: progress.played }
  if (input.type === 'digits') return { ...common, type: 'digits', digits: input.digits }
  const { text, confidence } = input
  return { ...common, type: 'said', text, ...(confidence === undefined ? {} : { confidence }) }
}

/**
 * One reply on its way from the dialogue to the mouth. A sentence is spoken as soon as the dialogue has nothing more at
 * hand; what the facts make of it is looked up first, because core asks about a destination that is not there itself.
 */
export class SpokenReply {
  readonly #a: Attending
  readonly #progress: Progress
  readonly #o: ReplyTurn & { talk: Talk; signal: AbortSignal }
  readonly #lines: string[] = []
  /** Not spoken yet. */
  #held: string[] = []
  #learned = false
  #ready = false
  /** What was learned has been looked up. */
  #known = true
  #own: string | null = null
  #ending: Extract<Reply, { type: 'hand-over' | 'hangup' }> | null = null

  constructor(
    a: Attending,
    progress: Progress,
    o: ReplyTurn & { talk: Talk; signal: AbortSignal },
  ) {
    this.#a = a
    this.#progress = progress
    this.#o = o
  }

  /** Resolves when everything is said to the talk; rejects when the dialogue or the directory fails, or the signal aborts. */
  async run(): Promise<Destination | null> {
    const { conversation, signal, trace } = this.#o
    signal.throwIfAborted()
    const speculated = this.#o.speculated(signal)
    const turn = turnFor(this.#a, this.#progress, this.#o.input)
    const parts = readParts(speculated?.parts ?? conversation.reply(turn, { signal }), signal)
    try {
      for (let n = 0; n < mostParts && this.#lines.length < mostSentences; n++) {
        const isWaitedFor = this.#held.length === 0 && this.#ending === null
        const part = isWaitedFor ? await parts.next() : await parts.nextIfThere()
        trace.dialogue = conversation.by ?? this.#a.firstProviders.dialogue
        trace.firstPartMs ??= speculated?.firstMs ?? this.#a.clock()
        // Nobody waits for what follows the end of a visit.
        if (part === null || (part === 'later' && this.#ending !== null)) break
        if (part === 'later') await this.#speak()
        else this.#take(part)
        if (this.#held.length >= mostHeld) await this.#speak()
      }
      return await this.#conclude()
    } finally {
      parts.close()
    }
  }

  #take(part: Reply): void {
    switch (part.type) {
      case 'say': {
        const left = mostSentences - this.#lines.length
        const sentences = sentencesToSay(part.text).slice(0, left)
        this.#lines.push(...sentences)
        this.#held.push(...sentences)
        break
      }
      case 'facts':
        this.#a.record.learn(cleanFacts(part.change))
        this.#learned = true
        this.#known = false
        this.#ready = part.ready === true
        break
      case 'hand-over':
      case 'hangup':
        this.#ending ??= part
        break
    }
  }

  /** What is held is said, unless core has something to ask, or the visit goes on elsewhere. */
  async #speak(): Promise<void> {
    await this.#lookUp()
    const isSpoken = this.#ending !== null || (this.#own === null && !this.#leadsOn())
    if (isSpoken) for (const sentence of this.#held) this.#o.talk.add(sentence)
    this.#held = []
  }

  async #lookUp(): Promise<void> {
    if (this.#known || this.#ending !== null) return
    const { input, signal } = this.#o
    const progress = this.#progress
    progress.match = await lookUpDestination(this.#a, { before: progress.match, input, signal })
    this.#known = true
    this.#own = ownQuestion(this.#a, progress.match, this.#ready)
  }

  #leadsOn(): boolean {
    return this.#progress.match.type === 'one' && this.#ready
  }

  async #conclude(): Promise<Destination | null> {
    await this.#speak()
    if (this.#ending?.type === 'hangup') return { type: 'goodbye' }
    if (this.#ending !== null) {
      return { type: 'hand-over', why: cleanLine(String(this.#ending.why), longestWhy) }
    }
    const progress = this.#progress
    const { match } = progress
    if (match.type === 'one' && this.#ready) {
      return { type: 'unit', unit: match.unit, trace: this.#o.trace }
    }
    if (match.type === 'unknown' && ++progress.misses >= mostMisses) return { type: 'not-found' }
    if (match.type === 'unknown') {
      this.#a.record.learn({ unit: null, block: null, residentName: null })
      progress.match = { type: 'none' }
    }
    const own = this.#learned ? this.#own : null
    if (own !== null) progress.question = [own]
    else if (this.#lines.length > 0) progress.question = this.#lines
    const isAsked = own !== null || this.#lines.length === 0
    if (isAsked) for (const sentence of progress.question) this.#o.talk.add(sentence)
    return null
  }
}
