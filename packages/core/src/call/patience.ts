import type { Clock } from '../clock.ts'
import type { Mouth } from './mouth.ts'

/** The visitor hears that the line is alive when nothing else is heard for this long after the turn, ... */
const firstFillerMs = 1_500
/** ... and again after this. */
const nextFillerMs = 4_000
/** While the visitor speaks there is nothing to fill: looked at again after this. */
const lookAgainMs = 250

/** Fills the wait for a reply. */
export interface Patience {
  /** The visitor's turn is over: since `sinceMs` they wait for a reply. Once more with the same changes nothing. */
  begin(sinceMs: number): void
  /** A reply that was heard goes on later: since `sinceMs` they wait again. */
  goOn(sinceMs: number): void
  /** The reply is heard, or there will be none. */
  end(): void
  /** Said since the last `begin`. */
  readonly fillers: number
}

export function createPatience(o: {
  mouth: Pick<Mouth, 'fill'>
  filler: string
  clock: Clock
}): Patience {
  let timer: NodeJS.Timeout | undefined
  let fillers = 0
  let waitingSinceMs: number | null = null
  const wait = (ms: number): void => {
    timer = setTimeout(
      () => {
        const said = o.mouth.fill(o.filler)
        if (said) fillers += 1
        wait(said ? nextFillerMs : lookAgainMs)
      },
      Math.max(0, ms),
    )
  }
  const goOn = (sinceMs: number): void => {
    clearTimeout(timer)
    waitingSinceMs = sinceMs
    wait(sinceMs + firstFillerMs - o.clock())
  }
  return {
    begin(sinceMs) {
      if (waitingSinceMs === sinceMs) return
      fillers = 0
      goOn(sinceMs)
    },
    goOn,
    end() {
      clearTimeout(timer)
      waitingSinceMs = null
    },
    get fillers() {
      return fillers
    },
  }
}
