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
  const turns = new Map<number, Told>()
  let latest = 0
  let wasWrong = false
  return {
    add(turn, told) {
      const [oldest] = turns.keys()
      if (turns.size >= mostTurns && oldest !== undefined) turns.delete(oldest)
      turns.set(turn, { ...told, atMs: clock() })
    },
    forget: (turn) => void turns.delete(turn),
    clear: () => turns.clear(),
    late(turn, { text: raw, confidence, by }) {
      const told = turns.get(turn)
      const text = plainWords(raw)
      if (told === undefined || text === '' || told.finals.includes(text) || turn < latest)
        return null
      if (clock() - told.atMs > lateMs) return null
      wasWrong ||= told.isEarly
      latest = turn
      turns.set(turn, { ...told, finals: [...told.finals, text] })
      return {
        text,
        ...(confidence === undefined ? {} : { confidence }),
        ...(by === undefined ? {} : { by }),
      }
    },
    get wasWrong() {
      return wasWrong
    },
  }
}
