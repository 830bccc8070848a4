import type { AllowList } from '../audiosocket/admission.ts'
import type { RamalStatus } from '../status.ts'
import type { Ports } from './assign-ports.ts'
import type { Door } from './doors.ts'
import type { Ramal } from './ramal.ts'

/** A ramal that is served, or should be. */
export type Slot = {
  readonly id: number
  /** As applied. A change of it reaches new calls at once; calls that run keep theirs. */
  row: Ramal
  /** null: everybody who reaches the port. */
  allow: AllowList | null
  /** What visitors and residents come through; null where it could not be had. */
  ia: Door | null
  retorno: Door | null
  /** It wishes other ports than before, and has not been given them yet. */
  isWishNew: boolean
  /** Why it listens elsewhere than wished. */
  moved: string | null
  /** Why its ports cannot be had. */
  refused: string | null
  /** Its row is gone, and it is served all the same. */
  isHeld: boolean
  /** Aborts when its row comes back while its last calls go on; null while it is served. */
  leaving: AbortController | null
  shown: Shown | null
}

/** What people were told of it last. */
export type Shown = Pick<RamalStatus, 'status' | 'motivo' | 'desde'> & {
  readonly porta_ia: number | undefined
  readonly porta_retorno: number | undefined
}

export function createSlot(row: Ramal): Slot {
  return {
    id: row.id,
    row,
    allow: null,
    ia: null,
    retorno: null,
    isWishNew: true,
    moved: null,
    refused: null,
    isHeld: false,
    leaving: null,
    shown: null,
  }
}

/** The ports that it really listens on; null unless it has both. */
export function portsOf({ ia, retorno }: Slot): Ports | null {
  return ia?.isListening() === true && retorno?.isListening() === true
    ? { porta_ia: ia.port, porta_retorno: retorno.port }
    : null
}

/** For people. */
export function nameOf({ row }: Slot): string {
  return `ramal ${row.ramal_ia} (id ${row.id})`
}
