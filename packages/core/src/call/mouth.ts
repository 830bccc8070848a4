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

export function createMouth(o: {
  player: Player
  speak: (text: string, signal: AbortSignal) => Utterance
  onSaid: (text: string, interrupted: boolean) => void
  clock: Clock
  signal: AbortSignal
  log: Log
}): Mouth {
  const { player, clock, log } = o
  let peer: 'quiet' | 'speaks' | 'awaited' = 'quiet'
  let courtesy: NodeJS.Timeout | undefined
  let saying: Saying | null = null
  /** Synthesised before it is said: whoever says it takes it over, so that an interruption cancels it. */
  let prepared: { text: string; over: AbortController } | null = null
  /** On its way from the voice. */
  let filler: { text: string; speech: Utterance } | null = null

  /** Sound is held back while the peer speaks, unless it must be heard. */
  const obey = (): void => {
    if (peer === 'quiet' || saying?.interruptible === false) player.resume()
    else player.pause(peer === 'speaks' ? 'all' : 'speech')
  }
  const peerStops = (): void => {
    clearTimeout(courtesy)
    peer = 'quiet'
    obey()
  }
  const waitAtMost = (ms: number): void => {
    clearTimeout(courtesy)
    if (!o.signal.aborted) courtesy = setTimeout(peerStops, ms)
  }
  o.signal.addEventListener('abort', () => clearTimeout(courtesy), { once: true })

  const speak = (text: string, signal: AbortSignal): Utterance => {
    const utterance = o.speak(text, signal)
    if (prepared?.text === text) prepared.over.abort(new Error('it is being said'))
    return utterance
  }

  const begin = (asked: TalkAsked, sentences: readonly string[] | null): Talk => {
    saying?.stop.abort()
    const stop = new AbortController()
    const talk = createTalk({
      player,
      speak,
      onSaid: o.onSaid,
      onAudible: () => asked.onAudible?.(),
      onDry: () => asked.onDry?.(),
      signal: AbortSignal.any([asked.signal, o.signal, stop.signal]),
      clock,
      log,
    })
    const mine = { ...asked, talk, stop }
    saying = mine
    void talk.done.then(() => {
      stop.abort()
      if (saying !== mine) return
      saying = null
      obey()
    })
    if (sentences !== null) {
      for (const sentence of sentences) talk.add(sentence)
      talk.end()
    }
    obey()
    if (peer !== 'quiet') waitAtMost(longestCourtesyMs)
    return talk
  }

  return {
    get speaking() {
      return saying !== null
    },
    get audible() {
      return saying?.talk.audible === true
    },
    say: (sentences, asked) => begin(asked, sentences).done,
    talk: (asked) => begin(asked, null),
    fill(sentence) {
      if (peer === 'speaks' || o.signal.aborted || player.interjecting) return false
      if (saying?.interruptible === false) return false
      if (peer === 'quiet' && saying?.talk.sounding === true) return false
      if (filler?.text !== sentence)
        filler = { text: sentence, speech: o.speak(sentence, o.signal) }
      const { speech } = filler
      // Only what is whole already is of use, lest it hold up the reply; the next time it will be.
      if (!speech.complete) return false
      filler = null
      if (speech.chunks.length === 0) return false
      player.interject(speech, {
        onDone({ how, fraction }) {
          const said = wordsHeard(sentence, fraction)
          if (said !== '') o.onSaid(said, how === 'stopped')
        },
      })
      return true
    },
    prepare(text, signal) {
      prepared?.over.abort(new Error('another is prepared'))
      prepared = { text, over: new AbortController() }
      o.speak(text, AbortSignal.any([signal, prepared.over.signal, o.signal]))
    },
    pause() {
      waitAtMost(longestPauseMs)
      peer = 'speaks'
      obey()
    },
    awaitWords() {
      if (peer !== 'speaks') return
      peer = 'awaited'
      obey()
    },
    resume() {
      const waited = peer !== 'quiet'
      peerStops()
      return waited && saying !== null
    },
    interrupt() {
      peerStops()
      if (saying?.interruptible === true) saying.stop.abort()
    },
  }
}
