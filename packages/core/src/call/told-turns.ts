import type { Clock } from '../clock.ts'
import type { Transcript } from './hearing.ts'
import { plainWords } from './turn-words.ts'

/** Words that come later than this belong to no conversation any more. */
const lateMs = 10_000
const mostTurns = 8

type Told = {
  readonly atMs: number
  /** What was told of it, then or later. */
  readonly finals: readonly string[]
  /** That its `done` was not waited for, though words were there. */
  readonly isEarly: boolean
}

/** Turns that were told before their recogniser was done with them, and what comes of them later. */
export interface ToldTurns {
  add(turn: number, told: Omit<Told, 'atMs'>): void
  forget(turn: number): void
  clear(): void
  /** Words of a turn; null where nobody waits for them, or those of a later turn were told. */
  late(turn: number, words: LateWords): Transcript | null
  /** Some turn was told early, and more of it came. */
  readonly wasWrong: boolean
}

type LateWords = { text: string; confidence: number | undefined; by: string | undefined }

export function createToldTurns(clock: Clock): ToldTurns {
  return new LastToldTurns(clock)
}

class LastToldTurns implements ToldTurns {
  wasWrong = false
  readonly #clock: Clock
  readonly #turns = new Map<number, Told>()
  #latest = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(turn: number, told: Omit<Told, 'atMs'>): void {
    const [oldest] = this.#turns.keys()
    if (this.#turns.size >= mostTurns && oldest !== undefined) this.#turns.delete(oldest)
    this.#turns.set(turn, { ...told, atMs: this.#clock() })
  }

  forget(turn: number): void {
    this.#turns.delete(turn)
  }

  clear(): void {
    this.#turns.clear()
  }

  late(turn: number, { text: raw, confidence, by }: LateWords): Transcript | null {
    const told = this.#turns.get(turn)
    const text = plainWords(raw)
    if (told === undefined || text === '' || told.finals.includes(text) || turn < this.#latest)
      return null
    if (this.#clock() - told.atMs > lateMs) return null
    this.wasWrong ||= told.isEarly
    this.#latest = turn
    this.#turns.set(turn, { ...told, finals: [...told.finals, text] })
    return {
      text,
      ...(confidence === undefined ? {} : { confidence }),
      ...(by === undefined ? {} : { by }),
    }
  }
}
