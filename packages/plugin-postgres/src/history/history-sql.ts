/** The tables of `sql/003-history.sql`; `turns` of calls came with `sql/004-call-turns.sql`. */
export const callTable = 'public.portaria_call'
export const dayTable = 'public.portaria_ramal_day'
export const condominiumTable = 'public.condominium_ia'

/** Of a condomínio whose `retention_days` is null, or that has no row. */
const retentionDays = 365
/** Removed at a time, so that no lock is held for long. */
export const prunedAtATime = 5_000

const callColumns = {
  call_id: 'uuid',
  ramal_id: 'integer',
  ramal: 'text',
  condominium_id: 'integer',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  duration_ms: 'bigint',
  day: 'date',
  end_reason: 'text',
  answered: 'boolean',
  outcome: 'text',
  decision_reason: 'text',
  decision_by: 'text',
  intent_type: 'text',
  unit: 'text',
  block: 'text',
}

const sums = ['calls', 'answered', 'authorized', 'denied', 'abandoned', 'duration_ms']
const added = sums.map((sum) => `${sum} = kept.${sum} + excluded.${sum}`).join(', ')

/**
 * $1: records as a JSON array. One statement, hence all or nothing: a call that is kept already is not inserted, and
 * only what was inserted is added to its day. Days in order, so that two daemons do not lock each other out.
 */
export function appendCalls({ keepsTurns }: { keepsTurns: boolean }): string {
  const columns = Object.entries({ ...callColumns, ...(keepsTurns ? { turns: 'jsonb' } : {}) })
  const names = columns.map(([name]) => name).join(', ')
  const typed = columns.map(([name, type]) => `${name} ${type}`).join(', ')
  return `
WITH inserted AS (
  INSERT INTO ${callTable} (${names})
  SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS record(${typed})
  ON CONFLICT (call_id) DO NOTHING
  RETURNING ramal_id, day, answered, outcome, duration_ms
)
INSERT INTO ${dayTable} AS kept (ramal_id, day, ${sums.join(', ')})
SELECT ramal_id, day, count(*),
  count(*) FILTER (WHERE answered),
  count(*) FILTER (WHERE outcome = 'authorized'),
  count(*) FILTER (WHERE outcome = 'denied'),
  count(*) FILTER (WHERE outcome = 'abandoned'),
  sum(duration_ms)
FROM inserted GROUP BY ramal_id, day ORDER BY ramal_id, day
ON CONFLICT (ramal_id, day) DO UPDATE SET ${added}`
}

/** A table of before the migration keeps calls all the same. */
export const readColumns = `
SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
  WHERE attrelid = to_regclass('${callTable}') AND attname = 'turns' AND NOT attisdropped) AS keeps_turns`

/** $1, $2: the first and the last UUID that begin as asked. `*`: there may be turns, or not. */
export const findCalls = `
SELECT *, day::text AS day FROM ${callTable} WHERE call_id BETWEEN $1::uuid AND $2::uuid
ORDER BY call_id LIMIT 10`

const ofToday = sums.map(
  (sum) => `coalesce(sum(${sum}) FILTER (WHERE day = $1::date), 0)::float8 AS today_${sum}`,
)
const ofAll = sums.map((sum) => `sum(${sum})::float8 AS total_${sum}`)

/** $1: the day that is today. */
export const readTotals = `
SELECT ramal_id, ${[...ofToday, ...ofAll].join(', ')} FROM ${dayTable} GROUP BY ramal_id`

/** What is there, and what this role may do with it: `missing` lists the GRANTs that it lacks. */
export const readState = `
WITH needed (name, privilege) AS (VALUES
  ('${callTable}', 'SELECT'), ('${callTable}', 'INSERT'),
  ('${dayTable}', 'SELECT'), ('${dayTable}', 'INSERT'), ('${dayTable}', 'UPDATE'))
SELECT to_regclass('${callTable}') IS NOT NULL AND to_regclass('${dayTable}') IS NOT NULL AS is_there,
  pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS is_read_only,
  quote_ident(current_user) AS role,
  (SELECT json_agg(json_build_object('name', name, 'privilege', privilege)) FROM needed
    WHERE NOT coalesce(has_table_privilege(to_regclass(name), privilege), false)) AS missing`

/** Which of the tables that pruning needs are there and may be used. */
export const readPruning = `
SELECT has_table_privilege(to_regclass('${callTable}'), 'DELETE') AS may_delete,
  coalesce(has_table_privilege(to_regclass('${condominiumTable}'), 'SELECT'), false) AS knows_condominiums,
  quote_ident(current_user) AS role`

/** Removes some calls that are older than their condomínio's retention, and says how many. */
export function pruneCalls(knowsCondominiums: boolean): string {
  const own = knowsCondominiums
    ? `LEFT JOIN ${condominiumTable} AS condominium USING (condominium_id)`
    : ''
  const days = knowsCondominiums ? `coalesce(retention_days, ${retentionDays})` : retentionDays
  return `
WITH old AS (
  SELECT call_id FROM ${callTable} AS call ${own}
  WHERE call.ended_at < now() - make_interval(days => ${days})
  LIMIT ${prunedAtATime}
), gone AS (
  DELETE FROM ${callTable} WHERE call_id IN (SELECT call_id FROM old) RETURNING 1
)
SELECT count(*)::integer AS calls FROM gone`
}
