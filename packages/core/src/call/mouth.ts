import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Utterance } from '../speech/utterance.ts'
import type { Player } from './player.ts'
import { createTalk, isReady, type Spoken, type Talk } from './talk.ts'

export type { Spoken } from './talk.ts'

/** What begins while the peer speaks waits for the end of it, but no longer: some noises never end. */
const longestCourtesyMs = 2_000

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
  /** Says a short thing in a wait; it ends what was interrupted before. False where something sounds, or the peer speaks. */
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
  readonly speaking: boolean
  /** Something other than a filler is being said, and has been heard. */
  readonly audible: boolean
}

export type TalkAsked = {
  readonly interruptible: boolean
  readonly signal: AbortSignal
  /** Synchronous with the first frame of the first sentence. */
  readonly onAudible?: () => void
}

type Saying = {
  readonly talk: Talk
  readonly stop: AbortController
  readonly interruptible: boolean
  readonly isFiller: boolean
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

  /** Sound is held back while the peer speaks, unless it must be heard. */
  const obey = (): void => {
    const waits = saying?.isFiller === true ? peer === 'speaks' : peer !== 'quiet'
    if (waits && saying?.interruptible === true) player.pause()
    else player.resume()
  }
  const peerStops = (): void => {
    clearTimeout(courtesy)
    peer = 'quiet'
    obey()
  }

  const begin = (
    asked: TalkAsked & { isFiller: boolean },
    sentences: readonly string[] | null,
  ): Talk => {
    const before = saying
    if (before !== null && !before.isFiller) before.stop.abort()
    const stop = new AbortController()
    const talk = createTalk({
      player,
      speak: o.speak,
      onSaid: o.onSaid,
      onAudible: () => asked.onAudible?.(),
      after: before?.talk.done ?? null,
      signal: AbortSignal.any([asked.signal, o.signal, stop.signal]),
      clock,
      log,
    })
    const mine = { ...asked, talk, stop }
    saying = mine
    void talk.done.then(() => {
      stop.abort()
      if (saying === mine) saying = null
    })
    if (sentences !== null) {
      for (const sentence of sentences) talk.add(sentence)
      talk.end()
    }
    clearTimeout(courtesy)
    obey()
    if (peer !== 'quiet') courtesy = setTimeout(peerStops, longestCourtesyMs)
    return talk
  }

  return {
    get speaking() {
      return saying !== null
    },
    get audible() {
      return saying?.talk.audible === true && !saying.isFiller
    },
    say: (sentences, asked) => begin({ ...asked, isFiller: false }, sentences).done,
    talk: (asked) => begin({ ...asked, isFiller: false }, null),
    fill(sentence) {
      if (peer === 'speaks' || o.signal.aborted || saying?.isFiller === true) return false
      const filler = o.speak(sentence, o.signal)
      // Only what is there already is of use; the next time it will be.
      if (!isReady(filler)) return false
      if (saying !== null && peer === 'quiet') return saying.talk.fill(filler)
      if (saying?.interruptible === false) return false
      begin({ interruptible: true, signal: o.signal, isFiller: true }, [sentence])
      return true
    },
    prepare: (sentence, signal) => void o.speak(sentence, AbortSignal.any([signal, o.signal])),
    pause() {
      clearTimeout(courtesy)
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
      if (saying?.interruptible === true && !saying.isFiller) saying.stop.abort()
    },
  }
}
