import type { Clock } from '../clock.ts'
import type { Transcript } from './hearing.ts'
import { createKeypad, type Keypad } from './keypad.ts'
import type { Leg, SpokenTurn } from './leg.ts'

/** When a turn's last voice was, when it was judged to be over, and when its words were there. */
export type TurnTimes = {
  readonly endMs: number
  readonly overMs: number
  readonly wordsMs: number
}

/** What the visitor did. `unheard`: they spoke, and this line cannot hear, or could make nothing of it. */
export type Input =
  | ({ type: 'said'; times: TurnTimes } & Transcript)
  | { type: 'digits'; digits: string; atMs: number }
  | { type: 'unheard'; times: TurnTimes }
  | { type: 'silence' }

/** `0` alone: a human, whatever is going on. */
export function asksForHuman(input: Input | undefined): boolean {
  return input?.type === 'digits' && /^0#?$/.test(input.digits)
}

/** Turns without a transcript in a row: the first ones are asked again, then the keypad is offered. */
const notUnderstoodInARow = 2
/** No words after this are no silence of the visitor: the recogniser is at fault. */
const lostWordsMs = 4_000
const mostWaiting = 8
/** In characters. */
const longestCarried = 2_000
/** Somebody who has begun to speak is waited for this often, a second each, before they count as silent. */
const longestSpeechS = 25

/** What happens before there is an input. All synchronous. */
export type InputFollower = {
  /** The visitor waits for a reply from `sinceMs` on: they have spoken, or pressed the last key. */
  waiting(sinceMs: number): void
  /** It was no speech. */
  falseStart(): void
  /** What was said so far, when it has not changed for a while. */
  stable(text: string): void
}

/**
 * The visitor's keys and turns as one queue; a new one ends what is being said. Whoever asks for a human does not queue:
 * what they did before is of no account any more.
 */
export interface VisitorInputs extends Disposable {
  /**
   * The next input; `silence` when none came for `idleMs`, and nobody is in the middle of speaking then. Noise
   * does not put it off. Rejects when the signal aborts.
   */
  next(o: { idleMs: number; signal: AbortSignal }): Promise<Input>
  /** The one that `next` will give, if it is there. */
  readonly pending: Input | undefined
  /** A key was pressed that makes no input yet. */
  readonly entering: boolean
  /** Calls back, synchronously, with each input that comes; returns the way to stop. */
  watch(listener: (input: Input) => void): () => void
  /** Null: nobody follows any more. */
  follow(follower: InputFollower | null): void
}

type InputOptions = {
  readonly heard: (text: string, confidence?: number) => void
  readonly digit: (digit: string) => void
  readonly clock: Clock
}

export function listenToVisitor(leg: Leg, o: InputOptions): VisitorInputs {
  return new InputsOfLeg(leg, o)
}

class InputsOfLeg implements VisitorInputs {
  readonly #leg: Leg
  readonly #o: InputOptions
  readonly #waiting: Input[] = []
  readonly #watchers = new Set<(input: Input) => void>()
  readonly #keypad: Keypad
  #wake: ((why: 'input' | 'key') => void) | null = null
  #follower: InputFollower | null = null
  /** From an onset until it is known what it was. */
  #speaking = false
  #notUnderstood = 0
  /** Words that came too late for their turn, while something was being said: they belong to the next. */
  #carried = ''

  constructor(leg: Leg, o: InputOptions) {
    this.#leg = leg
    this.#o = o
    this.#keypad = createKeypad((digits) => {
      const atMs = o.clock()
      this.#follower?.waiting(atMs)
      this.#add({ type: 'digits', digits, atMs })
    })
    leg.listenWith({
      digit: (digit) => this.#press(digit),
      onset: () => {
        this.#speaking = true
      },
      over: ({ overMs }) => {
        leg.mouth.awaitWords()
        this.#follower?.waiting(overMs)
      },
      falseStart: () => {
        this.#speaking = false
        this.#follower?.falseStart()
      },
      stable: (text) => this.#follower?.stable(text),
      turn: (turn) => this.#take(turn),
      late: (transcript) => this.#takeLate(transcript),
    })
  }

  get pending(): Input | undefined {
    return this.#waiting[0]
  }

  get entering(): boolean {
    return this.#keypad.entering
  }

  async next({ idleMs, signal }: { idleMs: number; signal: AbortSignal }): Promise<Input> {
    for (let waited = 0; ;) {
      signal.throwIfAborted()
      const input = this.#waiting.shift()
      if (input !== undefined) return input
      const why = await sleepUntil({
        ms: waited === 0 ? idleMs : 1_000,
        signal,
        waker: (wake) => {
          this.#wake = wake
        },
      })
      this.#wake = null
      if (why !== 'time') waited = 0
      else if (this.#waiting.length === 0 && (!this.#speaking || ++waited > longestSpeechS)) {
        if (this.#carried === '') return { type: 'silence' }
        // Nothing followed that they could belong to.
        this.#addSaid({ text: '' }, this.#now())
      }
    }
  }

  watch(listener: (input: Input) => void): () => void {
    this.#watchers.add(listener)
    return () => void this.#watchers.delete(listener)
  }

  follow(follower: InputFollower | null): void {
    this.#follower = follower
  }

  [Symbol.dispose](): void {
    this.#follower = null
    this.#keypad[Symbol.dispose]()
  }

  #press(digit: string): void {
    this.#o.digit(digit)
    this.#leg.mouth.interrupt()
    this.#wake?.('key')
    this.#keypad.press(digit)
  }

  #take({ transcript, endMs, overMs }: SpokenTurn): void {
    this.#speaking = false
    const times = { endMs, overMs, wordsMs: this.#o.clock() }
    const isLost = transcript?.text === '' && times.wordsMs - times.overMs >= lostWordsMs
    if (transcript === null || isLost) return this.#add({ type: 'unheard', times })
    if (transcript.text !== '') this.#o.heard(transcript.text, transcript.confidence)
    this.#notUnderstood = transcript.text === '' ? this.#notUnderstood + 1 : 0
    if (this.#notUnderstood <= notUnderstoodInARow) return this.#addSaid(transcript, times)
    if (this.#notUnderstood === notUnderstoodInARow + 1)
      return this.#add({ type: 'unheard', times })
    this.#leg.mouth.resume()
    this.#follower?.falseStart()
  }

  #takeLate(transcript: Transcript): void {
    this.#o.heard(transcript.text, transcript.confidence)
    this.#notUnderstood = 0
    if (!this.#leg.mouth.audible && !this.#speaking) return this.#addSaid(transcript, this.#now())
    this.#carried = `${this.#carried} ${transcript.text}`.trim().slice(0, longestCarried)
  }

  #addSaid(transcript: Transcript, times: TurnTimes): void {
    const text = `${this.#carried} ${transcript.text}`.trim()
    this.#carried = ''
    this.#add({ type: 'said', ...transcript, text, times })
  }

  #add(input: Input): void {
    const waiting = this.#waiting
    this.#leg.mouth.interrupt()
    if (asksForHuman(input)) waiting.length = 0
    if (waiting.length < mostWaiting) waiting.push(input)
    for (const watcher of this.#watchers) watcher(input)
    this.#wake?.('input')
  }

  #now(): TurnTimes {
    const nowMs = this.#o.clock()
    return { endMs: nowMs, overMs: nowMs, wordsMs: nowMs }
  }
}

/** Why it woke: an input, a key, or the time was over; rejects when the signal aborts. */
function sleepUntil(o: {
  ms: number
  signal: AbortSignal
  waker: (wake: (why: 'input' | 'key') => void) => void
}): Promise<'input' | 'key' | 'time'> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer)
      reject(o.signal.reason as Error)
    }
    const timer = setTimeout(() => finish('time'), o.ms)
    const finish = (why: 'input' | 'key' | 'time'): void => {
      clearTimeout(timer)
      o.signal.removeEventListener('abort', aborted)
      resolve(why)
    }
    o.signal.addEventListener('abort', aborted, { once: true })
    o.waker(finish)
  })
}
