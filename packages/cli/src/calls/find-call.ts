import type { KeptCall } from '@portaria/core/api/kept-call'
import { ConfigError } from '@portaria/core/errors'
import type { CallView } from '@portaria/core/status'
import type { DaemonApi } from '../daemon/daemon-api.ts'
import { printable } from '../printable.ts'
import { callsIn, parseCall, parseKeptCall } from './parse-call.ts'

/** A call that the daemon still knows, or one of the history: without words and names. */
export type FoundCall =
  | { readonly from: 'daemon'; readonly call: CallView }
  | { readonly from: 'history'; readonly call: KeptCall }

/** What may be typed where a command takes one call. */
export const whichCall = 'its UUID, or how that begins'

/** As many are asked for: enough to say which. */
const some = 10

function only<T extends { readonly call_id: string }>(calls: readonly T[], id: string): T | null {
  if (calls.length <= 1) return calls[0] ?? null
  const all = calls.map(({ call_id }) => printable(call_id)).join(', ')
  throw new ConfigError(
    `several calls begin with ${id}: ${all}. Write more of the one that you mean`,
  )
}

/**
 * The call whose UUID begins so: of those that the daemon knows, else of the history. Throws ConfigError when there is none,
 * or more than one.
 */
export async function findCall(
  api: DaemonApi,
  id: string,
  signal: AbortSignal,
): Promise<FoundCall> {
  if (!/^[0-9a-f][0-9a-f-]{0,35}$/i.test(id)) {
    throw new ConfigError(`${JSON.stringify(id)} names no call: write ${whichCall}`)
  }
  const known = await api.get(`/api/calls?limit=${some}&call_id=${id}`, signal)
  const call = only(callsIn(known, parseCall), id)
  if (call !== null) return { from: 'daemon', call }
  const kept = only(callsIn(await api.get(`/api/history?call_id=${id}`, signal), parseKeptCall), id)
  if (kept !== null) return { from: 'history', call: kept }
  throw new ConfigError(
    `no call begins with ${id}: the daemon knows an ended call for an hour, and the database, where ramais come from one, for as long as it keeps calls. See portaria calls list`,
  )
}
