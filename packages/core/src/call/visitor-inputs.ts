import type { Clock } from '../clock.ts'
import type { Transcript } from './hearing.ts'
import { createKeypad } from './keypad.ts'
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

export function listenToVisitor(
  leg: Leg,
  o: {
    heard: (text: string, confidence?: number) => void
    digit: (digit: string) => void
    clock: Clock
  },
): VisitorInputs {
  const waiting: Input[] = []
  let wake: ((why: 'input' | 'key') => void) | null = null
  let follower: InputFollower | null = null
  /** From an onset until it is known what it was. */
  let speaking = false
  let notUnderstood = 0
  /** Words that came too late for their turn, while something was being said: they belong to the next. */
  let carried = ''

  const watchers = new Set<(input: Input) => void>()

  const add = (input: Input): void => {
    leg.mouth.interrupt()
    if (asksForHuman(input)) waiting.length = 0
    if (waiting.length < mostWaiting) waiting.push(input)
    for (const watcher of watchers) watcher(input)
    wake?.('input')
  }
  const addSaid = (transcript: Transcript, times: TurnTimes): void => {
    const text = `${carried} ${transcript.text}`.trim()
    carried = ''
    add({ type: 'said', ...transcript, text, times })
  }
  const nowAsTimes = (): TurnTimes => {
    const nowMs = o.clock()
    return { endMs: nowMs, overMs: nowMs, wordsMs: nowMs }
  }
  const keypad = createKeypad((digits) => {
    const atMs = o.clock()
    follower?.waiting(atMs)
    add({ type: 'digits', digits, atMs })
  })
  const timesOf = ({ endMs, overMs }: Pick<SpokenTurn, 'endMs' | 'overMs'>): TurnTimes => ({
    endMs,
    overMs,
    wordsMs: o.clock(),
  })

  leg.listenWith({
    digit(digit) {
      o.digit(digit)
      leg.mouth.interrupt()
      wake?.('key')
      keypad.press(digit)
    },
    onset() {
      speaking = true
    },
    over({ overMs }) {
      leg.mouth.awaitWords()
      follower?.waiting(overMs)
    },
    falseStart() {
      speaking = false
      follower?.falseStart()
    },
    stable: (text) => follower?.stable(text),
    turn({ transcript, ...turn }) {
      speaking = false
      const times = timesOf(turn)
      const isLost = transcript?.text === '' && times.wordsMs - times.overMs >= lostWordsMs
      if (transcript === null || isLost) return add({ type: 'unheard', times })
      if (transcript.text !== '') o.heard(transcript.text, transcript.confidence)
      notUnderstood = transcript.text === '' ? notUnderstood + 1 : 0
      if (notUnderstood <= notUnderstoodInARow) return addSaid(transcript, times)
      if (notUnderstood === notUnderstoodInARow + 1) return add({ type: 'unheard', times })
      leg.mouth.resume()
      follower?.falseStart()
    },
    late(transcript) {
      o.heard(transcript.text, transcript.confidence)
      notUnderstood = 0
      if (!leg.mouth.audible && !speaking) return addSaid(transcript, nowAsTimes())
      carried = `${carried} ${transcript.text}`.trim().slice(0, longestCarried)
    },
  })

  return {
    async next({ idleMs, signal }) {
      for (let waited = 0; ;) {
        signal.throwIfAborted()
        const input = waiting.shift()
        if (input !== undefined) return input
        const why = await sleepUntil({
          ms: waited === 0 ? idleMs : 1_000,
          signal,
          waker: (w) => {
            wake = w
          },
        })
        wake = null
        if (why !== 'time') waited = 0
        else if (waiting.length === 0 && (!speaking || ++waited > longestSpeechS)) {
          if (carried === '') return { type: 'silence' }
          // Nothing followed that they could belong to.
          addSaid({ text: '' }, nowAsTimes())
        }
      }
    },
    get pending() {
      return waiting[0]
    },
    get entering() {
      return keypad.entering
    },
    watch(listener) {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    follow(next) {
      follower = next
    },
    [Symbol.dispose]() {
      follower = null
      keypad[Symbol.dispose]()
    },
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
