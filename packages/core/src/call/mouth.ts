import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Utterance } from '../speech/utterance.ts'
import type { Player } from './player.ts'
import { createTalk, type Spoken, type Talk, wordsHeard } from './talk.ts'

export type { Spoken } from './talk.ts'

/** What begins while the peer speaks waits for the end of it, but no longer: some noises never end. */
const longestCourtesyMs = 2_000
/** What was interrupted goes on after this, whatever became of the peer: a turn and its words never take so long. */
const longestPauseMs = 30_000

/** Speaks on one leg, one thing at a time. */
export interface Mouth {
  /**
   * Speaks the sentences one after another; resolves when the last frame was sent, when somebody interrupted,
   * or when the signal aborted (which is an interruption too). Never throws: a voice that fails is logged, and the
   * call goes on by keypad.
   */
  say(
    sentences: readonly string[],
    o: { interruptible: boolean; signal: AbortSignal },
  ): Promise<Spoken>
  /** Speaks sentences as they come. Ends what was being said before, but for a filler, which is heard first. */
  talk(o: TalkAsked): Talk
  /**
   * Says a short thing in a wait, before whatever is said next or was interrupted: nothing of that is lost. False where
   * something sounds, or the peer speaks.
   */
  fill(sentence: string): boolean
  /** Has a sentence synthesised that may be said soon; `signal` lets go of it. */
  prepare(sentence: string, signal: AbortSignal): void
  /** The peer began to speak: sound stops at once, unless it must be heard. */
  pause(): void
  /** The peer has stopped, and its words are awaited: sound still waits, but a filler may be said. */
  awaitWords(): void
  /** It was a false start. True when something goes on. */
  resume(): boolean
  /** The peer really said or pressed something: what was being said is over, but for a filler. */
  interrupt(): void
  /** Something other than a filler is being said, ... */
  readonly speaking: boolean
  /** ... and has been heard. */
  readonly audible: boolean
}

export type TalkAsked = {
  readonly interruptible: boolean
  readonly signal: AbortSignal
  /** Synchronous with the first frame of each sentence. */
  readonly onAudible?: () => void
  /** What there was has been said, and more is waited for. */
  readonly onDry?: () => void
}

type Saying = {
  readonly talk: Talk
  readonly stop: AbortController
  readonly interruptible: boolean
}

type MouthOptions = {
  readonly player: Player
  readonly speak: (text: string, signal: AbortSignal) => Utterance
  readonly onSaid: (text: string, interrupted: boolean) => void
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Log
}

export function createMouth(o: MouthOptions): Mouth {
  return new LegMouth(o)
}

class LegMouth implements Mouth {
  readonly #o: MouthOptions
  #peer: 'quiet' | 'speaks' | 'awaited' = 'quiet'
  #courtesy: NodeJS.Timeout | undefined
  #saying: Saying | null = null
  /** Synthesised before it is said: whoever says it takes it over, so that an interruption cancels it. */
  #prepared: { text: string; over: AbortController } | null = null
  /** On its way from the voice. */
  #filler: { text: string; speech: Utterance } | null = null

  constructor(o: MouthOptions) {
    this.#o = o
    o.signal.addEventListener('abort', () => clearTimeout(this.#courtesy), { once: true })
  }

  get speaking(): boolean {
    return this.#saying !== null
  }

  get audible(): boolean {
    return this.#saying?.talk.audible === true
  }

  say(...[sentences, asked]: Parameters<Mouth['say']>): Promise<Spoken> {
    return this.#begin(asked, sentences).done
  }

  talk(asked: TalkAsked): Talk {
    return this.#begin(asked, null)
  }

  fill(sentence: string): boolean {
    const { player, signal, onSaid, speak } = this.#o
    const saying = this.#saying
    if (this.#peer === 'speaks' || signal.aborted || player.interjecting) return false
    if (saying?.interruptible === false) return false
    if (this.#peer === 'quiet' && saying?.talk.sounding === true) return false
    if (this.#filler?.text !== sentence)
      this.#filler = { text: sentence, speech: speak(sentence, signal) }
    const { speech } = this.#filler
    // Only what is whole already is of use, lest it hold up the reply; the next time it will be.
    if (!speech.complete) return false
    this.#filler = null
    if (speech.chunks.length === 0) return false
    player.interject(speech, {
      onDone({ how, fraction }) {
        const said = wordsHeard(sentence, fraction)
        if (said !== '') onSaid(said, how === 'stopped')
      },
    })
    return true
  }

  prepare(text: string, signal: AbortSignal): void {
    this.#prepared?.over.abort(new Error('another is prepared'))
    const over = new AbortController()
    this.#prepared = { text, over }
    this.#o.speak(text, AbortSignal.any([signal, over.signal, this.#o.signal]))
  }

  pause(): void {
    this.#waitAtMost(longestPauseMs)
    this.#peer = 'speaks'
    this.#obey()
  }

  awaitWords(): void {
    if (this.#peer !== 'speaks') return
    this.#peer = 'awaited'
    this.#obey()
  }

  resume(): boolean {
    const waited = this.#peer !== 'quiet'
    this.#peerStops()
    return waited && this.#saying !== null
  }

  interrupt(): void {
    this.#peerStops()
    if (this.#saying?.interruptible === true) this.#saying.stop.abort()
  }

  /** Sound is held back while the peer speaks, unless it must be heard. */
  #obey(): void {
    const { player } = this.#o
    if (this.#peer === 'quiet' || this.#saying?.interruptible === false) player.resume()
    else player.pause(this.#peer === 'speaks' ? 'all' : 'speech')
  }

  #peerStops(): void {
    clearTimeout(this.#courtesy)
    this.#peer = 'quiet'
    this.#obey()
  }

  #waitAtMost(ms: number): void {
    clearTimeout(this.#courtesy)
    if (!this.#o.signal.aborted) this.#courtesy = setTimeout(() => this.#peerStops(), ms)
  }

  #speak(text: string, signal: AbortSignal): Utterance {
    const utterance = this.#o.speak(text, signal)
    if (this.#prepared?.text === text) this.#prepared.over.abort(new Error('it is being said'))
    return utterance
  }

  #begin(asked: TalkAsked, sentences: readonly string[] | null): Talk {
    this.#saying?.stop.abort()
    const { player, onSaid, signal, clock, log } = this.#o
    const stop = new AbortController()
    const talk = createTalk({
      player,
      speak: (text, until) => this.#speak(text, until),
      onSaid,
      onAudible: () => asked.onAudible?.(),
      onDry: () => asked.onDry?.(),
      signal: AbortSignal.any([asked.signal, signal, stop.signal]),
      clock,
      log,
    })
    const mine = { ...asked, talk, stop }
    this.#saying = mine
    void talk.done.then(() => {
      stop.abort()
      if (this.#saying !== mine) return
      this.#saying = null
      this.#obey()
    })
    if (sentences !== null) {
      for (const sentence of sentences) talk.add(sentence)
      talk.end()
    }
    this.#obey()
    if (this.#peer !== 'quiet') this.#waitAtMost(longestCourtesyMs)
    return talk
  }
}
