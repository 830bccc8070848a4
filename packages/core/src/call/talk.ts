import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Utterance } from '../speech/utterance.ts'
import type { Player } from './player.ts'

/**
 * What became of something that was to be said. `played` is what left for the peer, in words; `failed` says that
 * the voice could not speak some of it.
 */
export type Spoken = { played: string; interrupted: boolean; failed: boolean }

/** When a talk's first sentence was asked of the voice, had its first sound, and was heard; by whom it was spoken. */
export type TalkTimes = {
  readonly askedMs: number | null
  readonly soundMs: number | null
  readonly audibleMs: number | null
  readonly by: string | null
}

/**
 * Sentences that are spoken one after another, and may still be arriving. A sentence is synthesised while the one before
 * it plays, no earlier.
 */
export interface Talk {
  add(sentence: string): void
  /** Nothing more will be added. */
  end(): void
  /** A sentence is on its way to the peer, or held back. */
  readonly sounding: boolean
  /** Something of it has been heard. */
  readonly audible: boolean
  readonly times: TalkTimes
  /** Resolves when the last frame was sent, when somebody interrupted, or when the signal aborted. Never rejects. */
  readonly done: Promise<Spoken>
}

export type TalkOptions = {
  readonly player: Player
  readonly speak: (text: string, signal: AbortSignal) => Utterance
  readonly onSaid: (text: string, interrupted: boolean) => void
  /** Synchronous with the first frame of each sentence. */
  readonly onAudible: () => void
  /** What there was has been said, and more is waited for. */
  readonly onDry: () => void
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: Log
}

export function createTalk(o: TalkOptions): Talk {
  return new SentenceBySentence(o)
}

/** Something can be heard of it, or never will be. */
function isReady(utterance: Utterance): boolean {
  return utterance.chunks.length > 0 || utterance.complete
}

class SentenceBySentence implements Talk {
  readonly done: Promise<Spoken>
  readonly times = {
    askedMs: null as number | null,
    soundMs: null as number | null,
    audibleMs: null as number | null,
    by: null as string | null,
  }
  readonly #o: TalkOptions
  readonly #sentences: string[] = []
  /** The next one: it is synthesised already. */
  #head: Utterance | null = null
  #sounding = false
  #dry = false
  #ended = false
  #wake: (() => void) | null = null
  readonly #played: string[] = []
  #failed = false

  constructor(o: TalkOptions) {
    this.#o = o
    this.done = this.#run()
  }

  get audible(): boolean {
    return this.times.audibleMs !== null
  }

  add(sentence: string): void {
    if (this.#ended) return
    this.#sentences.push(sentence)
    this.#prepare()
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  get sounding(): boolean {
    return this.#sounding
  }

  #prepare(): void {
    if (this.#head !== null || this.#o.signal.aborted) return
    const next = this.#sentences.shift()
    if (next === undefined) return
    this.times.askedMs ??= this.#o.clock()
    this.#head = this.#o.speak(next, this.#o.signal)
  }

  async #run(): Promise<Spoken> {
    const { signal } = this.#o
    for (;;) {
      if (signal.aborted) return this.#result(true)
      const head = this.#head
      if (head !== null && isReady(head)) {
        this.#head = null
        this.#prepare()
        if (!(await this.#say(head))) return this.#result(true)
      } else if (head === null && this.#ended) {
        return this.#result(false)
      } else {
        this.#runDry()
        await this.#change(head)
      }
    }
  }

  #runDry(): void {
    if (this.#dry || !this.audible) return
    this.#dry = true
    this.#o.onDry()
  }

  /** One sentence; false when it was interrupted. */
  async #say(utterance: Utterance): Promise<boolean> {
    this.times.soundMs ??= this.#o.clock()
    this.times.by ??= utterance.by
    const { how, played } = await this.#play(utterance, () => {
      this.times.audibleMs ??= this.#o.clock()
      this.#dry = false
      this.#o.onAudible()
    })
    this.#played.push(played)
    if (how === 'failed') {
      this.#failed = true
      this.#o.log.error(
        { error: utterance.failed?.message, characters: utterance.text.length },
        'a sentence could not be spoken',
      )
    }
    return how !== 'stopped'
  }

  async #play(utterance: Utterance, onFirst: () => void): Promise<{ how: string; played: string }> {
    const { player, signal } = this.#o
    if (signal.aborted) return { how: 'stopped', played: '' }
    this.#sounding = true
    const { how, fraction } = await new Promise<{ how: string; fraction: number }>((resolve) => {
      const stop = (): void => player.stop()
      signal.addEventListener('abort', stop, { once: true })
      player.play(utterance, {
        onFirst,
        onDone(ended) {
          signal.removeEventListener('abort', stop)
          resolve(ended)
        },
      })
    })
    this.#sounding = false
    const played = wordsHeard(utterance.text, fraction)
    if (played !== '') this.#o.onSaid(played, how === 'stopped')
    return { how, played }
  }

  /** Resolves when there is something new to look at. */
  #change(head: Utterance | null): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#o
      const wake = (): void => {
        this.#wake = null
        signal.removeEventListener('abort', wake)
        unsubscribe?.()
        resolve()
      }
      const unsubscribe = head?.subscribe(wake)
      this.#wake = wake
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  #result(interrupted: boolean): Spoken {
    const played = this.#played.join(' ').trim()
    return { played, interrupted, failed: this.#failed }
  }
}

/** The words of a text that fit into the part that was played: what a listener can have understood. */
export function wordsHeard(text: string, fraction: number): string {
  if (fraction >= 1) return text
  const words = text.split(' ')
  return words.slice(0, Math.floor(words.length * fraction)).join(' ')
}
