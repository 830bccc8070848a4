import { ConfigError } from '../errors.ts'
import type { Config } from './config.ts'

/** The variables of the system that Portaria replaces, and those of PostgreSQL's own tools, by the option that they set. */
const options = {
  url: 'DATABASE_URL',
  host: 'DB_HOST',
  port: 'DB_PORT',
  database: 'DB_NAME',
  user: 'DB_USER',
  password: 'DB_PASSWORD',
  ssl: 'DB_SSL',
  sslMode: 'PGSSLMODE',
  caFile: 'PGSSLROOTCERT',
} as const

/**
 * The options of the plugin for PostgreSQL as the environment gives them, over those of the configuration; nothing
 * where ramais come from elsewhere. Texts are as written: the plugin checks them.
 */
export function databaseOptions(
  o: { env: Readonly<Record<string, string | undefined>>; config: Config },
  ramais: string,
): Record<string, unknown> {
  if (ramais !== 'embedded' && ramais !== 'postgres') return {}
  const written = o.config.plugins?.['postgres'] ?? {}
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new ConfigError('plugins.postgres: must be an object: { … }')
  }
  if (ramais === 'embedded') return { postgres: { ...written, embedded: true } }
  const given = Object.entries(options).flatMap(([option, name]) => {
    const value = o.env[name] ?? ''
    // A password may begin or end with a blank.
    if (value.trim() === '') return []
    return [[option, option === 'password' ? value : value.trim()] as const]
  })
  return { postgres: { ...written, ...Object.fromEntries(given) } }
}
