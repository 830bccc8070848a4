import { z } from 'zod'

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** What `sslmode` means to libpq: https://www.postgresql.org/docs/current/libpq-ssl.html */
export type SslMode = (typeof modes)[number]

/** DB_SSL: true and false as well as a mode; true asks for TLS without judging the certificate, as `require` does. */
const spellings: Readonly<Record<string, SslMode>> = {
  true: 'require',
  '1': 'require',
  yes: 'require',
  on: 'require',
  false: 'disable',
  '0': 'disable',
  no: 'disable',
  off: 'disable',
  ...Object.fromEntries(modes.map((mode) => [mode, mode])),
}

/** Null when the text names no mode. */
export function sslModeOf(text: string): SslMode | null {
  return Object.hasOwn(spellings, text.toLowerCase())
    ? (spellings[text.toLowerCase()] ?? null)
    : null
}

const sslMode = z.union([z.boolean(), z.string()]).transform((value, context) => {
  const mode = sslModeOf(String(value))
  if (mode !== null) return mode
  context.addIssue({ code: 'custom', message: `must be true, false or one of ${modes.join(', ')}` })
  return z.NEVER
})

const text = z.string().min(1)

/** The section `plugins.postgres`; texts are taken as well as numbers, because the environment has only texts. */
export const options = z.strictObject({
  /** DATABASE_URL; wins over the parts. */
  url: text.optional(),
  /** DB_HOST; a path is the folder of a Unix socket. */
  host: text.optional(),
  port: z.coerce.number().int().min(1).max(65_535).default(5432),
  database: text.optional(),
  user: text.optional(),
  password: z.string().optional(),
  /** DB_SSL; wins over `sslmode` in the URL, which wins over PGSSLMODE. Nothing said: `prefer`. */
  ssl: sslMode.optional(),
  sslMode: sslMode.optional(),
  /** PEM file of the authorities that are trusted; without it those of Node. */
  caFile: text.optional(),
  /** A server of Portaria's own in the data folder. */
  embedded: z.boolean().default(false),
  channel: text.max(63).default('change_record_extension_ia'),
  /** How often everything is read where notifications do not come. */
  pollSeconds: z.coerce.number().min(1).max(15).default(15),
})

export type Options = z.output<typeof options>
