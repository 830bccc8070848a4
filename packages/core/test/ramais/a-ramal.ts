import type { Ramal } from '../../src/ramais/ramal.ts'

/** A ramal of its own number and ports: id 1 is 1001 on 8001/9001. */
export function aRamal(id: number, change: Partial<Ramal> = {}): Ramal {
  return {
    id,
    ramal_ia: String(1000 + id),
    ramal_retorno: String(2000 + id),
    ip_servidor: '0.0.0.0',
    porta_ia: 8000 + id,
    porta_retorno: 9000 + id,
    condominio_id: 1,
    ...change,
  }
}
