import type { RamalStatus } from '@portaria/core/status'
import type { DaemonApi } from '../daemon/daemon-api.ts'
import { isRecord } from '../is-record.ts'

/** The id of the row in the answer to a change; null when the daemon does not say. */
export function changedId(answer: unknown): number | null {
  const row = isRecord(answer) ? answer['extension'] : null
  return isRecord(row) && typeof row['id'] === 'number' ? row['id'] : null
}

/** How the ramal of this row is served now; null when it is not in the daemon's status. */
export async function servedRamal(
  api: DaemonApi,
  id: number | null,
  signal: AbortSignal,
): Promise<RamalStatus | null> {
  const { ramais } = await api.status(signal)
  return ramais.find((ramal) => ramal.id === id) ?? null
}
