import type { RamalDraft } from '../../src/providers/ramal-store.ts'
import type { RamalControl } from '../../src/status.ts'

type Row = RamalDraft & { id: number }

export const aRow: Row = {
  id: 1,
  ramal_ia: '1000',
  ramal_retorno: '1001',
  ip_servidor: '127.0.0.1',
  porta_ia: 8080,
  porta_retorno: 8081,
  condominio_id: 1,
}

/**
 * The ramais of a daemon whose table is an array: what was asked is in `asked`. `failure` is what its database does wrong;
 * `file`: rows are edited elsewhere.
 */
export function createFakeRamais(o: { failure?: Error; file?: boolean; held?: number } = {}) {
  const rows = [aRow]
  const asked: string[] = []
  const tried = (what: string): void => {
    asked.push(what)
    if (o.failure !== undefined) throw o.failure
  }
  const ramais: RamalControl = {
    async refresh({ acceptRemovals, signal }) {
      tried(`refresh ${acceptRemovals} ${signal.aborted}`)
      return { removed: 0, updated: 0, added: 0, held: o.held ?? 0, total_active: rows.length }
    },
    async configured() {
      tried('configured')
      return rows
    },
    async restart(which) {
      tried(`restart ${JSON.stringify(which)}`)
      const found = rows.some((row) =>
        'id' in which ? row.id === which.id : row.ramal_ia === which.ramal,
      )
      return found ? 'restarted' : 'unknown'
    },
    edit: o.file
      ? null
      : {
          async create(draft) {
            tried(`create ${JSON.stringify(draft)}`)
            const id = rows.length + 1
            rows.push({ id, ...draft })
            return id
          },
          async change(id, change) {
            tried(`change ${id} ${JSON.stringify(change)}`)
            return rows.some((row) => row.id === id) ? 'changed' : 'missing'
          },
          async remove(id) {
            tried(`remove ${id}`)
            return rows.some((row) => row.id === id) ? 'removed' : 'missing'
          },
        },
  }
  return { ramais, asked }
}

/** A body that the API takes. */
export const draft = {
  ramal_ia: '1003',
  ramal_retorno: '1004',
  ip_servidor: '192.0.2.10',
  porta_ia: 8090,
  porta_retorno: 8091,
  condominio_id: 2,
}
