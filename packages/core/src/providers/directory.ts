import type { Language } from '../language.ts'
import type { Facts } from './dialogue.ts'

/** Finds whom a visitor means, among the units of one condomínio only. */
export interface Directory {
  find(facts: Facts, o: { condominiumId: number; signal: AbortSignal }): Promise<Match>
  /**
   * What a visitor of this condomínio may well say: blocks, names, units, the most useful first. The recogniser is told
   * them for the visitor's turns, so that they go to its vendor. Asked once a call, which does not wait: a turn that
   * begins when they are there has them. The first 200 are taken, up to 5,000 characters in all, 80 for each.
   */
  hints?(o: {
    condominiumId: number
    language: Language
    signal: AbortSignal
  }): readonly string[] | Promise<readonly string[]>
}

export type Unit = {
  readonly number: string
  readonly block: string | null
  readonly residents: readonly string[]
  /** What a dialer rings: a number or a SIP address. */
  readonly voipNumber: string | null
}

/** `none`: the facts name nobody yet. `unknown`: they name somebody who is not in the directory. */
export type Match =
  | { type: 'none' | 'unknown' }
  | { type: 'one'; unit: Unit }
  | { type: 'several'; units: readonly Unit[] }
