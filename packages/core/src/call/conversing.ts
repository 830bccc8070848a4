import type { Conversation } from '../providers/dialogue.ts'
import { isMute, noteTurn, tellVisitor, type Attending } from './attending.ts'
import { type Destination, noVoice, type Progress } from './progress.ts'
import { type Answered, type Asked, replyToTurn } from './reply-turn.ts'
import { createSpeculation, type Speculation } from './speculation.ts'
import { turnFor } from './spoken-reply.ts'
import { overOf, startTrace } from './turn-trace.ts'
import { asksForHuman, type Input } from './visitor-inputs.ts'

/** How long a visitor may be silent before being asked again. */
const idleMs = 8_000
const repeats = 2
/** No goodbye to a silent visitor before this. */
const earliestGoodbyeMs = 30_000
/** Times that somebody who speaks on a line without ears is told to use the keypad. */
const keypadReminders = 3
const mostTurns = 40
/** Of what was said and not replied to, in characters. */
const mostCarried = 2_000

/** The conversation, turn by turn. */
export class Conversing implements Disposable {
  readonly #a: Attending
  readonly #progress: Progress
  readonly #conversation: Conversation
  readonly #speculation: Speculation | null
  #falseStarts = 0
  #replying = false
  /** Said, and not replied to before more was. */
  #unanswered: { text: string; pieces: number } | null = null

  constructor(a: Attending, progress: Progress, conversation: Conversation) {
    this.#a = a
    this.#progress = progress
    this.#conversation = conversation
    const { signal, clock, log } = a
    this.#speculation = a.dialogue.speculative
      ? createSpeculation({
          conversation,
          turnFor: (text) => turnFor(a, progress, { type: 'said', text, times: noTimes }),
          prepare: (sentence, until) => a.visitor.mouth.prepare(sentence, until),
          ...{ signal, clock, log },
        })
      : null
    a.inputs.follow({
      waiting: (sinceMs) => a.patience.begin(sinceMs),
      falseStart: () => {
        this.#falseStarts += 1
        if (this.#replying) return
        a.patience.end()
        this.#speculation?.drop()
      },
      stable: (text) => {
        // What is heard of a sentence that is being said is not known yet.
        const isBusy = this.#replying || a.visitor.mouth.speaking
        if (!isBusy && this.#unanswered === null) this.#speculation?.consider(text)
      },
    })
  }

  async run(): Promise<Destination> {
    const a = this.#a
    for (let turn = 0; turn < mostTurns; turn++) {
      const input = await a.inputs.next({ idleMs: this.#idleMs(), signal: a.signal })
      if (asksForHuman(input)) return this.#handOver(input)
      const destination =
        input.type === 'silence' || input.type === 'unheard'
          ? await this.#remind(input)
          : await this.#reply(input)
      // Whoever said more meanwhile still waits.
      if (a.inputs.pending === undefined) a.patience.end()
      if (destination !== null) return destination
    }
    return { type: 'not-found' }
  }

  [Symbol.dispose](): void {
    this.#a.inputs.follow(null)
    this.#a.patience.end()
    this.#speculation?.drop()
  }

  /** No dialogue is asked: it may hang. */
  #handOver(input: Input): Destination {
    noteTurn(this.#a, startTrace(input, { nowMs: this.#a.clock(), merged: 0 }))
    return { type: 'hand-over', why: 'the visitor pressed 0' }
  }

  async #reply(latest: Asked): Promise<Destination | null> {
    const a = this.#a
    a.patience.begin(overOf(latest))
    this.#progress.silences = 0
    const input = this.#withUnanswered(latest)
    const trace = startTrace(input, {
      nowMs: a.clock(),
      merged: latest.type === 'said' ? (this.#unanswered?.pieces ?? 0) : 0,
    })
    this.#falseStarts = 0
    this.#replying = true
    let answered: Answered
    try {
      answered = await replyToTurn(a, this.#progress, {
        conversation: this.#conversation,
        input,
        trace,
        speculated: (signal) => {
          const { tried = false } = this.#speculation ?? {}
          const text = input.type === 'said' ? input.text : ''
          const taken = this.#speculation?.take(text, signal) ?? null
          if (tried) trace.speculation = taken === null ? 'dropped' : 'kept'
          return taken
        },
      })
    } catch (error) {
      // Who hangs up in the middle of a reply has heard some of it.
      if (trace.talk?.audibleMs != null) noteTurn(a, trace)
      throw error
    } finally {
      this.#replying = false
    }
    if (answered.type === 'superseded') {
      if (input.type === 'said')
        this.#unanswered = { text: input.text.slice(-mostCarried), pieces: trace.merged + 1 }
      return null
    }
    // Keys do not answer what was said before them.
    if (input.type === 'said') this.#unanswered = null
    trace.falseStarts = this.#falseStarts
    const { destination } = answered
    // The first thing that is heard of a visit that goes on is that the resident is called.
    if (destination?.type !== 'unit') noteTurn(a, trace)
    return destination
  }

  /** What was said before and not replied to belongs to it. */
  #withUnanswered(latest: Asked): Asked {
    if (this.#unanswered === null || latest.type !== 'said') return latest
    return { ...latest, text: `${this.#unanswered.text} ${latest.text}`.trim() }
  }

  #idleMs(): number {
    if (this.#progress.silences < repeats) return idleMs
    return Math.max(idleMs, this.#a.startedMs + earliestGoodbyeMs - this.#a.clock())
  }

  async #remind(
    input: Extract<Input, { type: 'silence' | 'unheard' }>,
  ): Promise<Destination | null> {
    const a = this.#a
    const progress = this.#progress
    this.#speculation?.drop()
    // Who and why were asked and nothing was understood: the resident decides with what is known.
    if (progress.match.type === 'one')
      return { type: 'unit', unit: progress.match.unit, trace: null }
    if (input.type === 'unheard' && progress.unheard < keypadReminders)
      return this.#offerKeypad(input)
    progress.silences += 1
    const early = a.clock() - a.startedMs < earliestGoodbyeMs
    if (progress.silences > repeats) {
      progress.silences = repeats
      return early ? null : this.#sayGoodbye()
    }
    const spoken = await tellVisitor(a, [a.phrases.stillThere, ...progress.question])
    progress.played = spoken.played
    return isMute(spoken) ? noVoice : null
  }

  async #offerKeypad(input: Input): Promise<Destination | null> {
    const a = this.#a
    const progress = this.#progress
    const trace = startTrace(input, { nowMs: a.clock(), merged: 0 })
    progress.unheard += 1
    progress.question = [a.phrases.askByKeypad]
    trace.rescue = 'keypad'
    const spoken = await tellVisitor(a, [a.phrases.keypadOnly], trace)
    progress.played = spoken.played
    noteTurn(a, trace)
    return isMute(spoken) ? noVoice : null
  }

  /** Somebody who speaks up at the last moment is listened to; who spoke in vain gets a human. */
  async #sayGoodbye(): Promise<Destination | null> {
    if (this.#progress.unheard > 0) {
      const why = 'the visitor spoke, and nothing was understood'
      return { type: 'hand-over', why, sorry: true }
    }
    const spoken = await tellVisitor(this.#a, [this.#a.phrases.nobodyThere])
    return spoken.interrupted ? null : { type: 'nobody' }
  }
}

const noTimes = { endMs: 0, overMs: 0, wordsMs: 0 }
