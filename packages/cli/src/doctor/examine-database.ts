import { isConfigError, isProviderError } from '@portaria/core/errors'
import type { Finding as SchemaFinding } from '@portaria/plugin-postgres/schema/finding'
import { inspectSchema } from '@portaria/plugin-postgres/schema/inspect-schema'
import { databaseOf, type FoundDatabase } from '../database/find-database.ts'
import { withClient } from '../database/with-client.ts'
import { type Finding, fine, type Patient } from './finding.ts'

/** The oldest that PostgreSQL's own authors still mend. */
const oldestVersion = 14
const skewMs = 2_000

const facts = `
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
  extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`

type Answer = {
  readonly version: string
  readonly number: number
  readonly skewMs: number
  readonly schema: readonly SchemaFinding[]
}

async function ask({ target, channel }: FoundDatabase): Promise<Answer> {
  return withClient(target, async (client) => {
    const before = Date.now()
    const { rows } = await client.query<{ version: string; number: number; now_ms: string }>(facts)
    const between = (before + Date.now()) / 2
    const [row] = rows
    if (row === undefined) throw new Error('the database answered nothing')
    const schema = await inspectSchema(client, { channel })
    return {
      version: row.version,
      number: row.number,
      skewMs: Number(row.now_ms) - between,
      schema,
    }
  })
}

function ofSchema(finding: SchemaFinding): Finding {
  return {
    subject: `db ${finding.subject}`,
    state: finding.state === 'missing' ? 'broken' : 'warning',
    message: finding.message,
    remedy: finding.sql === null ? null : 'portaria db check shows the SQL; portaria db migrate',
  }
}

function ofServer(place: string, { version, number, skewMs: skew }: Answer): readonly Finding[] {
  const reached = `${place} answers, PostgreSQL ${version}`
  const server: Finding =
    number >= oldestVersion * 10_000
      ? fine('database', reached)
      : {
          subject: 'database',
          state: 'warning',
          message: `${reached}, which is mended by nobody any more`,
          remedy: `upgrade it to PostgreSQL ${oldestVersion} or newer`,
        }
  const off = Math.round(skew / 1_000)
  if (Math.abs(skew) < skewMs) return [server, fine('clock', 'agrees with the database')]
  const clock: Finding = {
    subject: 'clock',
    state: 'warning',
    message: `the database's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} this one`,
    remedy:
      'let both keep time by NTP (timedatectl set-ntp true); times of calls and latencies are off',
  }
  return [server, clock]
}

/** Null: this database runs only with the daemon, or there is none. */
async function foundFor(patient: Patient): Promise<FoundDatabase | string> {
  const { settings, running, loaded, folder } = patient
  if (settings.ramais === 'file') return 'ramais come from a file; there is none'
  if (settings.ramais === 'postgres') return databaseOf(loaded, folder)
  if (running?.database_url != null) return databaseOf(loaded, folder)
  return settings.ramais === 'embedded'
    ? `embedded in ${settings.dataDir}/postgres; it is looked at while the daemon runs`
    : `the plugin ${settings.ramais} brings ramais`
}

/** Whether the database is reached, and has what ramais need to be live. */
export async function examineDatabase(patient: Patient): Promise<readonly Finding[]> {
  try {
    const found = await foundFor(patient)
    if (typeof found === 'string') return [fine('database', found)]
    const answer = await ask(found)
    const lacking = answer.schema.filter(({ state }) => state !== 'ok').map(ofSchema)
    const whole = fine('db schema', 'table, triggers and privileges are there')
    const broken = lacking.some(({ state }) => state === 'broken')
    return [...ofServer(found.target.place, answer), ...(broken ? [] : [whole]), ...lacking]
  } catch (error) {
    if (!isConfigError(error) && !isProviderError(error)) throw error
    return [
      {
        subject: 'database',
        state: 'broken',
        message: error.message,
        remedy:
          'until it answers, the last good configuration is served; see DATABASE_URL and DB_* in docs/configuration.md',
      },
    ]
  }
}
