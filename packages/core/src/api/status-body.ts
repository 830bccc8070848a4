import type { RamalStatus, Snapshot } from '../status.ts'

/** The keys of the old service first, and in its order. */
function extensionBody(ramal: RamalStatus): object {
  const { id, ramal_ia, ramal_retorno, ip, porta_ia, porta_retorno, condominio_id, ...more } = ramal
  const { status, porta_ia_desejada, porta_retorno_desejada, motivo, desde, calls, ...rest } = more
  return {
    id,
    ramal_ia,
    ramal_retorno,
    ip,
    porta_ia,
    porta_retorno,
    condominio_id,
    status,
    porta_ia_desejada,
    porta_retorno_desejada,
    motivo,
    desde,
    calls,
    ...rest,
  }
}

/** `GET /api/status`: the legacy shape, and beside it what the old service did not say. */
export function statusBody(snapshot: Snapshot): object {
  const { ramais, calls, state, version, started_at, ...rest } = snapshot
  const { providers, provider_health, source, alarms, counters } = rest
  return {
    status: 'success',
    total_extensions: ramais.length,
    extensions: ramais.map(extensionBody),
    state,
    version,
    started_at,
    providers,
    provider_health,
    source,
    alarms,
    counters,
    calls: calls.length,
  }
}
