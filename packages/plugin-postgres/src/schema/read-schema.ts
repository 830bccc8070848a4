import type { ClientBase } from 'pg'
import type { TriggerRow } from './trigger-findings.ts'

/** What the catalog says of the tables that Portaria knows. Roles and functions are quoted where they must be. */
export type Schema = {
  readonly role: string
  readonly database: string
  readonly standby: boolean
  /** Whether the role may look into the schema `public` at all. */
  readonly mayUse: boolean
  readonly tables: ReadonlyMap<
    string,
    { readonly privileges: ReadonlySet<string>; readonly hasTurns: boolean }
  >
  /** Of extension_ia, as all that follows. */
  readonly columns: ReadonlySet<string>
  readonly primaryKey: boolean
  /** Whether row-level security applies to the role. */
  readonly rowSecurity: boolean
  /** The sequence behind a `serial` id that the role may not use; null where nothing stands in the way. */
  readonly lockedSequence: string | null
  readonly triggers: readonly TriggerRow[]
}

export async function readSchema(client: ClientBase): Promise<Schema> {
  const server = await client.query<ServerRow>(serverQuery)
  const tables = await client.query<TableRow>(tablesQuery)
  const triggers = await client.query<TriggerRow>(triggersQuery)
  const columns = await client.query<ColumnRow>(columnsQuery)
  const [about] = server.rows
  const ramais = tables.rows.find(({ name }) => name === 'extension_ia')
  return {
    role: about?.role ?? '',
    database: about?.database ?? '',
    standby: about?.standby ?? false,
    mayUse: about?.mayUse ?? false,
    tables: new Map(
      tables.rows.map(({ name, privileges, hasTurns }) => [
        name,
        { privileges: new Set(privileges), hasTurns },
      ]),
    ),
    columns: new Set(columns.rows.map(({ name }) => name)),
    primaryKey: ramais?.primaryKey ?? false,
    rowSecurity: ramais?.rowSecurity ?? false,
    lockedSequence: columns.rows.find(({ locked }) => locked !== null)?.locked ?? null,
    triggers: triggers.rows,
  }
}

type ServerRow = { role: string; database: string; standby: boolean; mayUse: boolean }
const serverQuery = `
SELECT quote_ident(current_user) AS role, current_database() AS database,
  pg_is_in_recovery() AS standby, has_schema_privilege('public', 'USAGE') AS "mayUse"`

type TableRow = {
  name: string
  privileges: string[]
  hasTurns: boolean
  primaryKey: boolean
  rowSecurity: boolean
}
const tablesQuery = `
SELECT c.relname AS name,
  ARRAY(
    SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
    WHERE has_table_privilege(c.oid, p)
  ) AS privileges,
  EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'turns' AND NOT a.attisdropped
  ) AS "hasTurns",
  EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') AS "primaryKey",
  row_security_active(c.oid) AS "rowSecurity"
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
  AND c.relname IN ('extension_ia', 'condominium_ia', 'portaria_call', 'portaria_ramal_day')
  AND c.relkind IN ('r', 'p', 'v', 'f')`

const ofRamais = `
  c.relnamespace = 'public'::regnamespace AND c.relname = 'extension_ia'`

const triggersQuery = `
SELECT quote_ident(t.tgname) AS name, t.tgtype::integer AS type, t.tgenabled::text AS enabled,
  (t.tgqual IS NOT NULL OR cardinality(t.tgattr::smallint[]) > 0) AS partial,
  format('%I.%I', n.nspname, f.proname) AS function, f.prosrc AS source,
  encode(t.tgargs, 'escape') AS arguments
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc f ON f.oid = t.tgfoid
JOIN pg_namespace n ON n.oid = f.pronamespace
WHERE NOT t.tgisinternal AND ${ofRamais}
ORDER BY t.tgname`

type ColumnRow = { name: string; locked: string | null }
/** An identity needs no privilege of its sequence, a `serial` does. */
const columnsQuery = `
SELECT a.attname AS name,
  (
    SELECT s.oid::regclass::text
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
      AND d.deptype = 'a' AND NOT has_sequence_privilege(s.oid, 'USAGE')
    LIMIT 1
  ) AS locked
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND ${ofRamais}`
