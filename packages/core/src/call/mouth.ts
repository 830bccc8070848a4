import type { Log } from '../log.ts'
import type { Utterance } from '../speech/utterance.ts'
import type { Player } from './player.ts'

/**
 * What became of something that was to be said. `played` is what left for the peer, in words; `failed` says that
 * the voice could not speak some of it.
 */
export type Spoken = { played: string; interrupted: boolean; failed: boolean }

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
  /** The peer began to speak: sound stops at once, unless it must be heard. */
  pause(): void
  /** It was a false start. True when something goes on. */
  resume(): boolean
  /** The peer really said or pressed something: what was being said is over. */
  interrupt(): void
  readonly speaking: boolean
}

export function createMouth(o: {
  player: Player
  speak: (text: string, signal: AbortSignal) => Utterance
  onSaid: (text: string, interrupted: boolean) => void
  signal: AbortSignal
  log: Log
}): Mouth {
  let interruptible = true
  let paused = false
  let saying: AbortController | null = null

  const play = async (utterance: Utterance, signal: AbortSignal): Promise<Spoken> => {
    if (signal.aborted) return { played: '', interrupted: true, failed: false }
    const playout = await new Promise<{ how: string; fraction: number }>((resolve) => {
      const stop = (): void => o.player.stop()
      signal.addEventListener('abort', stop, { once: true })
      o.player.play(utterance, (ended) => {
        signal.removeEventListener('abort', stop)
        resolve(ended)
      })
      if (paused) o.player.pause()
    })
    if (playout.how === 'failed') {
      o.log.error(
        { error: utterance.failed?.message, characters: utterance.text.length },
        'a sentence could not be spoken',
      )
    }
    const played = wordsHeard(utterance.text, playout.fraction)
    const interrupted = playout.how === 'stopped'
    if (played !== '') o.onSaid(played, interrupted)
    return { played, interrupted, failed: playout.how === 'failed' }
  }

  return {
    get speaking() {
      return saying !== null
    },
    async say(sentences, { interruptible: mayInterrupt, signal }) {
      saying?.abort()
      const own = new AbortController()
      saying = own
      interruptible = mayInterrupt
      paused = false
      const stop = AbortSignal.any([signal, o.signal, own.signal])
      const played: string[] = []
      let failed = false
      try {
        const utterances = sentences.map((sentence) => o.speak(sentence, stop))
        for (const utterance of utterances) {
          const spoken = await play(utterance, stop)
          played.push(spoken.played)
          failed ||= spoken.failed
          if (spoken.interrupted)
            return { played: played.join(' ').trim(), interrupted: true, failed }
        }
        return { played: played.join(' ').trim(), interrupted: false, failed }
      } finally {
        if (saying === own) saying = null
        own.abort()
      }
    },
    pause() {
      if (saying === null || !interruptible) return
      paused = true
      o.player.pause()
    },
    resume() {
      if (!paused) return false
      paused = false
      o.player.resume()
      return saying !== null
    },
    interrupt() {
      if (interruptible) saying?.abort()
    },
  }
}

/** The words of a text that fit into the part that was played: what a listener can have understood. */
function wordsHeard(text: string, fraction: number): string {
  if (fraction >= 1) return text
  const words = text.split(' ')
  return words.slice(0, Math.floor(words.length * fraction)).join(' ')
}
