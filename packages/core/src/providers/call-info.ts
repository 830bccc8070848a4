import type { Language } from '../language.ts'

/** What a provider may know about a call. */
export type CallInfo = {
  readonly callId: string
  readonly ramal: string
  readonly condominiumId: number
  readonly condominiumName: string | null
  readonly language: Language
  /** False: the visitor can only use the keypad. */
  readonly canHear: boolean
  /** The address of an AI of the condomínio's own, from its row: not trusted. */
  readonly aiUrl?: string
}
