import type { Snapshot } from '../status.ts'

/** `GET /api/status`: the legacy shape, and beside it what the old service did not say. */
export function statusBody(snapshot: Snapshot): object {
  const { ramais, calls, state, version, started_at, providers, counters } = snapshot
  return {
    status: 'success',
    total_extensions: ramais.length,
    extensions: ramais,
    state,
    version,
    started_at,
    providers,
    counters,
    calls: calls.length,
  }
}
