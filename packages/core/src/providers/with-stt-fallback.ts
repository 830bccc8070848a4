import { orAbort } from '../abortable.ts'
import type { Rate } from '../audio/frames.ts'
import { ProviderError } from '../errors.ts'
import { createQueue } from '../queue.ts'
import { openAtRate } from './at-rate.ts'
import { closeQuietly, type FallbackOptions, mayRetry, type Named } from './fall-back.ts'
import type { Heard, SpeechToText, Transcriber } from './speech-to-text.ts'
import { createTurnTape, type TurnTape } from './turn-tape.ts'

/** What is kept of a turn for another recogniser; a turn is ended by core after 20 s. */
const longestTurnSeconds = 20
/** Turns that wait for their words at a time; the oldest is given up. */
const mostTurns = 4
/** A recogniser gives a final after a pause: what comes before the pause's end is understood. */
const keptAfterFinalMs = 300

/**
 * The first recogniser hears; when it fails, the next one is opened for the leg and told what was said of the turns
 * that are not done. What the first understood already stays, and is not told again. An error that is permanent leaves
 * its recogniser out for the leg; others may be tried again after the last. More failures in a row than there are
 * recognisers, without a turn between them, and the leg has no ears: `heard` throws the last error.
 */
export function withSttFallback(
  recognisers: readonly Named<SpeechToText>[],
  o: FallbackOptions,
): SpeechToText {
  const [first] = recognisers
  if (first === undefined) throw new RangeError('there is no recogniser')
  return {
    rates: first.provider.rates,
    partials: first.provider.partials,
    async open(asked) {
      const leg = new SttLeg(recognisers, { ...o, ...asked })
      await leg.opened
      return leg
    },
  }
}

type LegOptions = FallbackOptions & {
  readonly rate: Rate
  readonly languages: readonly string[]
  readonly signal: AbortSignal
}

class SttLeg implements Transcriber {
  /** Rejects when no recogniser could be opened. */
  readonly opened: Promise<void>
  readonly heard: AsyncIterable<Heard>
  readonly #recognisers: readonly Named<SpeechToText>[]
  readonly #o: LegOptions
  readonly #queue = createQueue<Heard>()
  readonly #life = new AbortController()
  readonly #signal: AbortSignal
  readonly #opening = Promise.withResolvers<void>()
  readonly #running: Promise<void>
  readonly #tapes = new Map<number, TurnTape>()
  readonly #understood = new Set<number>()
  readonly #permanent = new Set<number>()
  #current: Transcriber | null = null
  #broken = new AbortController()
  #failures = 0
  #by: string | undefined
  #outage: unknown = null

  constructor(recognisers: readonly Named<SpeechToText>[], o: LegOptions) {
    this.#recognisers = recognisers
    this.#o = o
    this.#by = recognisers[0]?.name
    this.#signal = AbortSignal.any([o.signal, this.#life.signal])
    this.opened = this.#opening.promise
    this.heard = this.#queue.items
    this.#running = this.#run()
    this.opened.catch(() => undefined)
  }

  get by(): string | undefined {
    return this.#current?.by ?? this.#by
  }

  begin(...[turn, options]: Parameters<Transcriber['begin']>): void {
    const [oldest] = this.#tapes.keys()
    if (this.#tapes.size >= mostTurns && oldest !== undefined) this.#forget(oldest)
    const longestBytes = this.#o.rate * 2 * longestTurnSeconds
    this.#tapes.set(turn, createTurnTape(turn, { ...options, longestBytes }))
    this.#tell((to) => to.begin(turn, options))
  }

  write(pcm: Uint8Array): void {
    const last = [...this.#tapes.values()].at(-1)
    if (last?.ended === false) last.write(pcm)
    this.#tell((to) => to.write(pcm))
  }

  end(turn: number): void {
    this.#tapes.get(turn)?.end()
    this.#tell((to) => to.end(turn))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('the leg is over'))
    await this.#running
  }

  /** A recogniser that throws is left for the next. */
  #tell(call: (transcriber: Transcriber) => void): void {
    if (this.#current === null) return
    try {
      call(this.#current)
    } catch (error) {
      this.#current = null
      this.#broken.abort(error)
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#hear()
    } finally {
      const { aborted, reason } = this.#signal
      this.#opening.reject(aborted ? reason : new Error('the leg is over'))
      this.#queue.end()
    }
  }

  async #hear(): Promise<void> {
    for (let at: number | null = 0; at !== null;) {
      const recogniser: Named<SpeechToText> | undefined = this.#recognisers[at]
      if (recogniser === undefined) return
      const { name, provider } = recogniser
      this.#by = name
      try {
        await this.#hearWith(provider)
        throw new ProviderError(name, `${name} ended its stream`, { retryable: true })
      } catch (error) {
        if (this.#signal.aborted) return
        at = this.#leave(at, name, error)
      }
    }
  }

  /** Leaves the recogniser at `at`, which failed; what follows it, or null: then the leg has no ears. */
  #leave(at: number, from: string, error: unknown): number | null {
    this.#failures += 1
    if (mayRetry(error)) this.#outage = error
    else this.#permanent.add(at)
    const next = this.#following(at)
    const to = next === null ? null : (this.#recognisers[next]?.name ?? null)
    this.#o.onFallback({ from, to, error })
    if (next === null) {
      // Whoever may work again later makes it worth to open the leg anew.
      const mayWorkAgain = this.#outage !== null && this.#permanent.size < this.#recognisers.length
      const last = mayWorkAgain ? this.#outage : error
      this.#opening.reject(last)
      this.#queue.fail(last)
    }
    return next
  }

  /** The recogniser to go on with after the one at `at`; null: nobody is left. */
  #following(at: number): number | null {
    const { length } = this.#recognisers
    if (this.#failures > length) return null
    const order = this.#recognisers.map((_, step) => (at + 1 + step) % length)
    return order.find((each) => !this.#permanent.has(each)) ?? null
  }

  async #hearWith(stt: SpeechToText): Promise<void> {
    const signal = this.#signal
    const { rate, languages } = this.#o
    const transcriber = await openAtRate(stt, rate, { languages, signal })
    try {
      signal.throwIfAborted()
      this.#broken = new AbortController()
      const lost = AbortSignal.any([signal, this.#broken.signal])
      const parts = transcriber.heard[Symbol.asyncIterator]()
      this.#opening.resolve()
      this.#replay(transcriber)
      this.#current = transcriber
      for (;;) {
        const next = await orAbort(parts.next(), lost)
        if (next.done === true) break
        this.#take(next.value)
      }
    } finally {
      this.#current = null
      const closing = closeQuietly(transcriber)
      // One that failed is not waited for; the last one of the leg is.
      if (signal.aborted) await closing
    }
  }

  #take(heard: Heard): void {
    if (heard.type === 'final') {
      this.#understood.add(heard.turn)
      this.#tapes.get(heard.turn)?.forget((this.#o.rate * 2 * keptAfterFinalMs) / 1_000)
    }
    if (heard.type === 'done') {
      if (heard.error === undefined) this.#failures = 0
      this.#forget(heard.turn)
    }
    this.#queue.push(heard)
  }

  #forget(turn: number): void {
    this.#tapes.delete(turn)
    this.#understood.delete(turn)
  }

  #replay(to: Transcriber): void {
    for (const [turn, tape] of this.#tapes) {
      if (tape.ended && this.#understood.has(turn)) {
        this.#forget(turn)
        this.#queue.push({ type: 'done', turn })
      } else tape.replay(to)
    }
  }
}
