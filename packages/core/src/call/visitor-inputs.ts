import type { Leg } from './leg.ts'
import { createKeypad } from './keypad.ts'

/** What the visitor did. `unheard`: they spoke, and this line cannot hear. */
export type Input =
  | { type: 'said'; text: string; confidence?: number }
  | { type: 'digits'; digits: string }
  | { type: 'unheard' }
  | { type: 'silence' }

/** Turns without a transcript that count as "say that again" before they count as noise. */
const notUnderstoodInARow = 2
const mostWaiting = 8

/** The visitor's keys and turns as one queue; a new one ends what is being said. */
export interface VisitorInputs extends Disposable {
  /**
   * The next input; `silence` when none came for `idleMs` in which nobody spoke or pressed a key.
   * Rejects when the signal aborts.
   */
  next(o: { idleMs: number; signal: AbortSignal }): Promise<Input>
}

export function listenToVisitor(
  leg: Leg,
  tell: { heard: (text: string, confidence?: number) => void; digit: (digit: string) => void },
): VisitorInputs {
  const waiting: Input[] = []
  let wake: (() => void) | null = null
  let speaking = false
  let notUnderstood = 0

  const add = (input: Input): void => {
    leg.mouth.interrupt()
    if (waiting.length < mostWaiting) waiting.push(input)
    wake?.()
  }
  const keypad = createKeypad((digits) => add({ type: 'digits', digits }))

  leg.listenWith({
    digit(digit) {
      tell.digit(digit)
      leg.mouth.interrupt()
      wake?.()
      keypad.press(digit)
    },
    onset() {
      speaking = true
    },
    falseStart() {
      speaking = false
      wake?.()
    },
    turn({ transcript }) {
      speaking = false
      if (transcript === null) return add({ type: 'unheard' })
      if (transcript.text !== '') tell.heard(transcript.text, transcript.confidence)
      notUnderstood = transcript.text === '' ? notUnderstood + 1 : 0
      if (notUnderstood <= notUnderstoodInARow) add({ type: 'said', ...transcript })
      else wake?.()
    },
  })

  return {
    async next({ idleMs, signal }) {
      for (;;) {
        signal.throwIfAborted()
        const input = waiting.shift()
        if (input !== undefined) return input
        const woken = await sleepUntil({
          ms: idleMs,
          signal,
          waker: (w) => {
            wake = w
          },
        })
        wake = null
        if (!woken && !speaking && waiting.length === 0) return { type: 'silence' }
      }
    },
    [Symbol.dispose]() {
      keypad[Symbol.dispose]()
    },
  }
}

/** True when woken, false when the time passed; rejects when the signal aborts. */
function sleepUntil(o: {
  ms: number
  signal: AbortSignal
  waker: (wake: () => void) => void
}): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer)
      reject(o.signal.reason as Error)
    }
    const timer = setTimeout(() => finish(false), o.ms)
    const finish = (woken: boolean): void => {
      clearTimeout(timer)
      o.signal.removeEventListener('abort', aborted)
      resolve(woken)
    }
    o.signal.addEventListener('abort', aborted, { once: true })
    o.waker(() => finish(true))
  })
}
