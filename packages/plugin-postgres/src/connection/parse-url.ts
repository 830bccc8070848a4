import { ConfigError } from '@portaria/core/plugin'

/** What a connection string says; absent where it says nothing. */
export type UrlParts = {
  host?: string
  port?: number
  database?: string
  user?: string
  password?: string
  sslMode?: string
  caFile?: string
  /** Parameters that are not used, for a notice. */
  unused: readonly string[]
}

const form =
  'DATABASE_URL (plugins.postgres.url) must be postgres://USER:PASSWORD@HOST:PORT/DATABASE'

/**
 * A URI of libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), one host. We
 * read it ourselves, because pg gives `sslmode` a meaning of its own. No error shows the text: a password is in it.
 */
export function parseUrl(text: string): UrlParts {
  if (!/^postgres(ql)?:\/\//.test(text)) throw new ConfigError(`${form}.`)
  const url = toUrl(text)
  const query = url.searchParams
  const port = query.get('port') ?? url.port
  if (port !== '' && !isPort(port)) throw new ConfigError(`${form}: its port must be 1 to 65535.`)
  const known = {
    host: query.get('host') ?? unescaped(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    database: query.get('dbname') ?? unescaped(url.pathname.slice(1)),
    user: query.get('user') ?? unescaped(url.username),
    password: query.get('password') ?? unescaped(url.password),
    sslMode: query.get('sslmode') ?? query.get('ssl') ?? '',
    caFile: query.get('sslrootcert') ?? '',
  }
  const said = Object.entries(known).filter(([, value]) => value !== '')
  return {
    ...Object.fromEntries(said),
    ...(port === '' ? {} : { port: Number(port) }),
    unused: [...query.keys()].filter((key) => !used.has(key)),
  }
}

const used = new Set([
  ...['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'ssl', 'sslrootcert'],
  // Ours, or without a meaning for a client that lives for months.
  ...['application_name', 'fallback_application_name', 'connect_timeout', 'channel_binding'],
])

function toUrl(text: string): URL {
  if (/^[^/]*\/\/[^/]*,/.test(text)) throw new ConfigError(`${form}: one host, no list.`)
  try {
    return new URL(text)
  } catch {
    const escape = 'write @ : / ? # % in the password as %40 %3A %2F %3F %23 %25'
    throw new ConfigError(`${form}: it cannot be read; ${escape}, or use DB_PASSWORD.`)
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ConfigError(`${form}: a % in it must be written as %25.`)
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}
