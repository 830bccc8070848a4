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
      const leg = createSttLeg(recognisers, { ...o, ...asked })
      await leg.opened
      return leg.transcriber
    },
  }
}

type LegOptions = FallbackOptions & {
  readonly rate: Rate
  readonly languages: readonly string[]
  readonly signal: AbortSignal
}

type Leg = { readonly opened: Promise<void>; readonly transcriber: Transcriber }

function createSttLeg(recognisers: readonly Named<SpeechToText>[], o: LegOptions): Leg {
  const queue = createQueue<Heard>()
  const life = new AbortController()
  const signal = AbortSignal.any([o.signal, life.signal])
  const opened = Promise.withResolvers<void>()
  const tapes = new Map<number, TurnTape>()
  const understood = new Set<number>()
  const permanent = new Set<number>()
  let current: Transcriber | null = null
  let broken = new AbortController()
  let failures = 0
  let by = recognisers[0]?.name
  let outage: unknown = null

  /** The recogniser to go on with after the one at `at`; null: nobody is left. */
  function following(at: number): number | null {
    if (failures > recognisers.length) return null
    const order = recognisers.map((_, step) => (at + 1 + step) % recognisers.length)
    return order.find((each) => !permanent.has(each)) ?? null
  }

  function take(heard: Heard): void {
    if (heard.type === 'final') {
      understood.add(heard.turn)
      tapes.get(heard.turn)?.forget((o.rate * 2 * keptAfterFinalMs) / 1_000)
    }
    if (heard.type === 'done') {
      if (heard.error === undefined) failures = 0
      forget(heard.turn)
    }
    queue.push(heard)
  }

  function forget(turn: number): void {
    tapes.delete(turn)
    understood.delete(turn)
  }

  function replay(to: Transcriber): void {
    for (const [turn, tape] of tapes) {
      if (tape.ended && understood.has(turn)) {
        forget(turn)
        queue.push({ type: 'done', turn })
      } else tape.replay(to)
    }
  }

  async function hearWith(stt: SpeechToText): Promise<void> {
    const { rate, languages } = o
    const transcriber = await openAtRate(stt, rate, { languages, signal })
    try {
      signal.throwIfAborted()
      broken = new AbortController()
      const lost = AbortSignal.any([signal, broken.signal])
      const parts = transcriber.heard[Symbol.asyncIterator]()
      opened.resolve()
      replay(transcriber)
      current = transcriber
      for (;;) {
        const next = await orAbort(parts.next(), lost)
        if (next.done === true) break
        take(next.value)
      }
    } finally {
      current = null
      const closing = closeQuietly(transcriber)
      // One that failed is not waited for; the last one of the leg is.
      if (signal.aborted) await closing
    }
  }

  async function run(): Promise<void> {
    for (let at: number | null = 0; at !== null;) {
      const recogniser: Named<SpeechToText> | undefined = recognisers[at]
      if (recogniser === undefined) return
      const { name, provider } = recogniser
      by = name
      try {
        await hearWith(provider)
        throw new ProviderError(name, `${name} ended its stream`, { retryable: true })
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        if (mayRetry(error)) outage = error
        else permanent.add(at)
        at = following(at)
        const to = at === null ? null : (recognisers[at]?.name ?? null)
        o.onFallback({ from: name, to, error })
        if (at === null) {
          // Whoever may work again later makes it worth to open the leg anew.
          const last = outage !== null && permanent.size < recognisers.length ? outage : error
          opened.reject(last)
          queue.fail(last)
        }
      }
    }
  }

  const running = run().finally(() => {
    opened.reject(signal.aborted ? signal.reason : new Error('the leg is over'))
    queue.end()
  })
  opened.promise.catch(() => undefined)

  /** A recogniser that throws is left for the next. */
  function tell(call: (transcriber: Transcriber) => void): void {
    if (current === null) return
    try {
      call(current)
    } catch (error) {
      current = null
      broken.abort(error)
    }
  }

  function tapeOf(): TurnTape | undefined {
    const last = [...tapes.values()].at(-1)
    return last?.ended === false ? last : undefined
  }

  const transcriber: Transcriber = {
    begin(turn, options) {
      const [oldest] = tapes.keys()
      if (tapes.size >= mostTurns && oldest !== undefined) forget(oldest)
      const longestBytes = o.rate * 2 * longestTurnSeconds
      tapes.set(turn, createTurnTape(turn, { ...options, longestBytes }))
      tell((to) => to.begin(turn, options))
    },
    write(pcm) {
      tapeOf()?.write(pcm)
      tell((to) => to.write(pcm))
    },
    end(turn) {
      tapes.get(turn)?.end()
      tell((to) => to.end(turn))
    },
    get by() {
      return current?.by ?? by
    },
    heard: queue.items,
    async [Symbol.asyncDispose]() {
      life.abort(new Error('the leg is over'))
      await running
    },
  }
  return { opened: opened.promise, transcriber }
}
