import type { Facts } from './dialogue.ts'

/** Finds whom a visitor means, among the units of one condomínio only. */
export interface Directory {
  find(facts: Facts, o: { condominiumId: number; signal: AbortSignal }): Promise<Match>
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
