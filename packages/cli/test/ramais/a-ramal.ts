import type { RamalStatus } from '@portaria/core/status'

/** A ramal that is served as its row wishes, but for what is said. */
export function aRamal(o: Partial<RamalStatus> = {}): RamalStatus {
  return {
    id: 1,
    ramal_ia: '1000',
    ramal_retorno: '1001',
    ip: '192.0.2.10',
    porta_ia: 8080,
    porta_retorno: 8081,
    porta_ia_desejada: 8080,
    porta_retorno_desejada: 8081,
    condominio_id: 1,
    status: 'ativo',
    motivo: null,
    desde: '2025-03-01T12:00:00.000Z',
    calls: 0,
    statistics: {
      calls_now: 1,
      calls_today: 12,
      calls_total: 3410,
      answered: 3001,
      authorized: 2700,
      denied: 301,
      abandoned: 200,
      duration_mean_ms: 31_240,
      duration_p95_ms: null,
      last_error: null,
    },
    ...o,
  }
}
