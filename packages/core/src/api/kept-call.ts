import type { CallRecordRow } from '../providers/call-history.ts'

/** A call of the history under the names of the API. */
export type KeptCall = Omit<CallRecordRow, 'condominium_id' | 'unit' | 'day'> & {
  readonly condominio_id: number
  readonly apartment_number: string | null
}

export function keptCall(row: CallRecordRow): KeptCall {
  const { call_id, ramal_id, ramal, condominium_id, unit, block, turns, day: _, ...rest } = row
  return {
    call_id,
    ramal_id,
    ramal,
    condominio_id: condominium_id,
    ...rest,
    apartment_number: unit,
    block,
    turns,
  }
}
