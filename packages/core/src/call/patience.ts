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

type PatienceOptions = {
  readonly mouth: Pick<Mouth, 'fill'>
  readonly filler: string
  readonly clock: Clock
}

export function createPatience(o: PatienceOptions): Patience {
  return new PatienceWithFillers(o)
}

class PatienceWithFillers implements Patience {
  fillers = 0
  readonly #o: PatienceOptions
  #timer: NodeJS.Timeout | undefined
  #waitingSinceMs: number | null = null

  constructor(o: PatienceOptions) {
    this.#o = o
  }

  begin(sinceMs: number): void {
    if (this.#waitingSinceMs === sinceMs) return
    this.fillers = 0
    this.goOn(sinceMs)
  }

  goOn(sinceMs: number): void {
    clearTimeout(this.#timer)
    this.#waitingSinceMs = sinceMs
    this.#wait(sinceMs + firstFillerMs - this.#o.clock())
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#waitingSinceMs = null
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#fill(), Math.max(0, ms))
  }

  #fill(): void {
    const said = this.#o.mouth.fill(this.#o.filler)
    if (said) this.fillers += 1
    this.#wait(said ? nextFillerMs : lookAgainMs)
  }
}
