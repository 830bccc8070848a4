import { readFile } from 'node:fs/promises'
import { ConfigError, type Log, messageOf } from '@portaria/core/plugin'
import { type Options, type SslMode, sslModeOf } from '../options.ts'
import { parseUrl, type UrlParts } from './parse-url.ts'

/** Which database, as whom, and how far TLS is asked for. */
export type Target = {
  readonly host: string
  readonly port: number
  /** Undefined: as libpq, that of the user's name. */
  readonly database: string | undefined
  /** Undefined: as libpq, PGUSER or the user of the system. */
  readonly user: string | undefined
  readonly password: string | undefined
  readonly sslMode: SslMode
  /** PEM; null: the authorities that Node trusts. */
  readonly ca: string | null
  /** For people and logs: no password. */
  readonly place: string
  /** For programs, with the password. */
  readonly url: string
}

/** Throws a ConfigError where the options name no database, or a file that cannot be read. */
export async function targetOf(options: Options, log: Log): Promise<Target> {
  const said = options.url === undefined ? null : parseUrl(options.url)
  if (said !== null) tellAboutUrl(said, options, log)
  const host = said === null ? options.host : (said.host ?? defaultHost)
  if (host === undefined) {
    throw new ConfigError(
      'No database is named: set DATABASE_URL, or DB_HOST with DB_NAME, DB_USER and DB_PASSWORD ' +
        '(plugins.postgres.url or .host), or take --ramais embedded.',
    )
  }
  const parts = said ?? options
  const caFile = said?.caFile ?? options.caFile
  const where = {
    host,
    port: (said === null ? options.port : said.port) ?? 5432,
    database: parts.database,
    user: parts.user,
  }
  const sslMode = modeFor(options.ssl ?? modeOfUrl(said) ?? options.sslMode, caFile)
  const password = parts.password ?? options.password
  return {
    ...where,
    password,
    sslMode,
    ca: caFile === undefined || caFile === systemAuthorities ? null : await readCa(caFile),
    place: urlOf(where),
    url: urlOf({ ...where, password, sslMode, caFile }),
  }
}

const defaultHost = 'localhost'

function modeOfUrl(said: UrlParts | null): SslMode | null {
  if (said?.sslMode === undefined) return null
  const mode = sslModeOf(said.sslMode)
  if (mode !== null) return mode
  throw new ConfigError(`DATABASE_URL: sslmode must be disable, prefer, require or verify-full.`)
}

/** In the place of a file: as libpq, those that are trusted anyway, and nothing weaker than verify-full then. */
const systemAuthorities = 'system'

function modeFor(asked: SslMode | undefined, caFile: string | undefined): SslMode {
  if (caFile !== systemAuthorities) return asked ?? 'prefer'
  if (asked === undefined || asked === 'verify-full') return 'verify-full'
  throw new ConfigError(
    `sslrootcert=system (PGSSLROOTCERT) judges nothing with sslmode ${asked}: say verify-full (DB_SSL, sslmode in ` +
      'DATABASE_URL or PGSSLMODE), or name a PEM file.',
  )
}

function tellAboutUrl(said: UrlParts, options: Options, log: Log): void {
  const { host, database, user } = options
  if (host !== undefined || database !== undefined || user !== undefined) {
    log.info({}, 'DATABASE_URL is used; DB_HOST, DB_NAME and DB_USER beside it are not.')
  }
  if (said.unused.length > 0) {
    log.warn({ parameters: said.unused }, 'DATABASE_URL: these parameters are not used.')
  }
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `${path}: cannot be read (${messageOf(error)}). PGSSLROOTCERT (plugins.postgres.caFile, or sslrootcert in ` +
        'DATABASE_URL) must name the PEM file of the authority that signed the certificate of the database.',
    )
  }
}

function urlOf(o: {
  host: string
  port: number
  database: string | undefined
  user: string | undefined
  password?: string | undefined
  sslMode?: SslMode
  caFile?: string | undefined
}): string {
  const isSocket = o.host.startsWith('/')
  const user = o.user === undefined ? '' : encodeURIComponent(o.user)
  const password = o.password === undefined ? '' : `:${encodeURIComponent(o.password)}`
  const host = o.host.includes(':') ? `[${o.host}]` : o.host
  const query = new URLSearchParams({
    ...(isSocket ? { host: o.host, port: String(o.port) } : {}),
    ...(o.sslMode === undefined || o.sslMode === 'prefer' ? {} : { sslmode: o.sslMode }),
    ...(o.caFile === undefined ? {} : { sslrootcert: o.caFile }),
  }).toString()
  const login = `${user}${password}`
  return [
    'postgres://',
    login === '' ? '' : `${login}@`,
    isSocket ? '' : `${host}:${o.port}`,
    `/${o.database === undefined ? '' : encodeURIComponent(o.database)}`,
    query === '' ? '' : `?${query}`,
  ].join('')
}
