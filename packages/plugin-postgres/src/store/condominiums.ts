import { isProviderError, type Log, messageOf } from '@portaria/core/plugin'
import type { Database } from '../connection/database.ts'
import { sqlState } from '../connection/explain.ts'

/** What is told when a condomínio changes; `sql/` makes its trigger. */
export const condominiumChannel = 'change_record_condominium_ia'

const fields = [
  ...['condominium_id', 'name', 'language', 'voice', 'greeting', 'gate_name', 'ai_url'],
  ...['policies', 'retention_days'],
]

/** Condomínios as their table describes them; none where there is no such table or no right to read it, said once. */
export function createCondominiums(o: { database: Database; log: Log }): {
  list(o: { signal: AbortSignal }): Promise<readonly unknown[]>
} {
  let isSaid = false
  const sayOnce = (why: string): void => {
    if (!isSaid) o.log.info({}, `Condomínios are described in the configuration only: ${why}`)
    isSaid = true
  }
  return {
    async list({ signal }) {
      try {
        // All columns: a database may be behind with its migrations, and lacks some.
        const rows = await o.database.read(
          'SELECT * FROM public.condominium_ia ORDER BY condominium_id',
          [],
          { signal },
        )
        return rows.map((row) =>
          Object.fromEntries(fields.map((field) => [field, row[field] ?? null])),
        )
      } catch (error) {
        const state = isProviderError(error) ? sqlState(error) : null
        if (state !== '42P01' && state !== '42501') throw error
        const mend =
          state === '42501'
            ? ' GRANT SELECT ON public.condominium_ia lets this role read the table.'
            : ''
        sayOnce(`${messageOf(error)}${mend}`)
        return []
      }
    },
  }
}
