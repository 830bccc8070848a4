import {
  type CallHistory,
  isProviderError,
  ProviderError,
  type RamalTotals,
  type Sums,
} from '@portaria/core/plugin'
import type { Database } from '../connection/database.ts'
import { sqlState } from '../connection/explain.ts'
import { callFrom } from './call-from.ts'
import {
  appendCalls,
  callTable,
  dayTable,
  findCalls,
  pruneCalls,
  prunedAtATime,
  readColumns,
  readPruning,
  readState,
  readTotals,
} from './history-sql.ts'

type Row = Readonly<Record<string, unknown>>

const uuidDigits = 32
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const undefinedTable = '42P01'

/**
 * Calls in `portaria_call`, the sums of each day in `portaria_ramal_day`. Every statement may be sent twice: appending is
 * idempotent, hence a lost connection is simply replaced. Calls go when they are older than their condomínio's
 * `retention_days`, 365 where it says nothing; the sums of the days stay, since they are about nobody.
 */
export function createCallHistory(o: { database: Pick<Database, 'read'> }): CallHistory {
  const { database } = o
  const readOne = async (text: string, signal: AbortSignal): Promise<Row> =>
    (await database.read(text, [], { signal }))[0] ?? {}

  return {
    state: async ({ signal }) => stateFrom(await readOne(readState, signal)),
    async append(records, { signal }) {
      try {
        const { keeps_turns } = await readOne(readColumns, signal)
        const statement = appendCalls({ keepsTurns: keeps_turns === true })
        await database.read(statement, [JSON.stringify(records)], { signal })
      } catch (error) {
        if (!isProviderError(error)) throw error
        throw new ProviderError('postgres', `calls are not taken: ${error.message}`, {
          retryable: !isAboutRows(error),
          cause: error,
        })
      }
    },
    async find(digits, { signal }) {
      const range = ['0', 'f'].map((last) => digits.padEnd(uuidDigits, last))
      try {
        return (await database.read(findCalls, range, { signal })).map(callFrom)
      } catch (error) {
        if (sqlState(error) === undefinedTable) return []
        throw error
      }
    },
    async totals({ today, signal }) {
      return (await database.read(readTotals, [today], { signal })).map(totalsFrom)
    },
    async prune({ signal }) {
      const { may_delete, knows_condominiums, role } = await readOne(readPruning, signal)
      if (may_delete !== true) {
        const grant = `GRANT DELETE ON ${callTable} TO ${String(role)};`
        throw new ProviderError('postgres', `this role may not remove old calls; ${grant}`)
      }
      const statement = pruneCalls(knows_condominiums === true)
      for (let pruned = 0; ;) {
        const { calls } = await readOne(statement, signal)
        pruned += Number(calls)
        if (Number(calls) < prunedAtATime) return pruned
      }
    },
  }
}

/** Classes 22 (a value that does not fit) and 23 (a constraint): https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isAboutRows(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '')
}

function stateFrom(row: Row): Awaited<ReturnType<CallHistory['state']>> {
  if (row['is_there'] !== true) {
    return {
      state: 'absent',
      remedy: `there are no tables ${callTable} and ${dayTable}; create them with: portaria db migrate`,
    }
  }
  if (row['is_read_only'] === true) {
    return {
      state: 'denied',
      remedy:
        'the database is read-only (a standby, or default_transaction_read_only is on); name the primary',
    }
  }
  const missing = row['missing'] as readonly { name: string; privilege: string }[] | null
  if (missing === null) return { state: 'ready', remedy: null }
  const grants = [callTable, dayTable].flatMap((name) => {
    const lacks = missing.filter((one) => one.name === name).map((one) => one.privilege)
    return lacks.length === 0
      ? []
      : [`GRANT ${lacks.join(', ')} ON ${name} TO ${String(row['role'])};`]
  })
  return { state: 'denied', remedy: `this role may not write it; ${grants.join(' ')}` }
}

function totalsFrom(row: Row): RamalTotals {
  return {
    ramal_id: Number(row['ramal_id']),
    today: sumsFrom(row, 'today'),
    total: sumsFrom(row, 'total'),
  }
}

function sumsFrom(row: Row, span: 'today' | 'total'): Sums {
  const of = (sum: keyof Sums): number => Number(row[`${span}_${sum}`])
  return {
    calls: of('calls'),
    answered: of('answered'),
    authorized: of('authorized'),
    denied: of('denied'),
    abandoned: of('abandoned'),
    duration_ms: of('duration_ms'),
  }
}
