import type { Leg } from './leg.ts'
import { createKeypad } from './keypad.ts'

/** What the visitor did. `unheard`: they spoke, and this line cannot hear, or could make nothing of it. */
export type Input =
  | { type: 'said'; text: string; confidence?: number }
  | { type: 'digits'; digits: string }
  | { type: 'unheard' }
  | { type: 'silence' }

/** Turns without a transcript in a row: the first ones are asked again, then the keypad is offered. */
const notUnderstoodInARow = 2
const mostWaiting = 8
/** Somebody who has begun to speak is waited for this often, a second each, before they count as silent. */
const longestSpeechS = 25

/** The visitor's keys and turns as one queue; a new one ends what is being said. */
export interface VisitorInputs extends Disposable {
  /**
   * The next input; `silence` when none came for `idleMs`, and nobody is in the middle of speaking then. Noise
   * does not put it off. Rejects when the signal aborts.
   */
  next(o: { idleMs: number; signal: AbortSignal }): Promise<Input>
}

export function listenToVisitor(
  leg: Leg,
  tell: { heard: (text: string, confidence?: number) => void; digit: (digit: string) => void },
): VisitorInputs {
  const waiting: Input[] = []
  let wake: ((why: 'input' | 'key') => void) | null = null
  let speaking = false
  let notUnderstood = 0

  const add = (input: Input): void => {
    leg.mouth.interrupt()
    if (waiting.length < mostWaiting) waiting.push(input)
    wake?.('input')
  }
  const keypad = createKeypad((digits) => add({ type: 'digits', digits }))

  leg.listenWith({
    digit(digit) {
      tell.digit(digit)
      leg.mouth.interrupt()
      wake?.('key')
      keypad.press(digit)
    },
    onset() {
      speaking = true
    },
    falseStart() {
      speaking = false
    },
    turn({ transcript }) {
      speaking = false
      if (transcript === null) return add({ type: 'unheard' })
      if (transcript.text !== '') tell.heard(transcript.text, transcript.confidence)
      notUnderstood = transcript.text === '' ? notUnderstood + 1 : 0
      if (notUnderstood <= notUnderstoodInARow) return add({ type: 'said', ...transcript })
      if (notUnderstood === notUnderstoodInARow + 1) add({ type: 'unheard' })
      else leg.mouth.resume()
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
          return { type: 'silence' }
        }
      }
    },
    [Symbol.dispose]() {
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
