import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import type { Target } from './target.ts'

/** How pg is told to speak TLS (`false`: not at all), one after the other until one is let in. */
export type Tls = ConnectionOptions | false

/**
 * The meaning of libpq's modes: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS.
 * `require` with a file of authorities judges the certificate as `verify-ca` does, there as here. A Unix socket
 * never speaks TLS. `verify-*` without a file trusts the authorities that Node trusts.
 */
export function tlsWays(target: Target): readonly [Tls, ...Tls[]] {
  if (target.host.startsWith('/')) return [false]
  const unverified: Tls = { rejectUnauthorized: false }
  const ca = target.ca === null ? {} : { ca: target.ca }
  const authority: Tls = { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  switch (target.sslMode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, unverified]
    case 'prefer':
      return [unverified, false]
    case 'require':
      return [target.ca === null ? unverified : authority]
    case 'verify-ca':
      return [authority]
    case 'verify-full':
      return [
        {
          ...ca,
          rejectUnauthorized: true,
          // Said aloud, because pg leaves the name out where the host is an address.
          checkServerIdentity: (_, certificate) => checkServerIdentity(target.host, certificate),
        },
      ]
  }
}

/** Whether the server, asked with TLS or without, may answer when asked the other way. */
export function mayHelpToChangeTls(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (isTlsRefused(error) || code === '28000') return true
  return typeof code === 'string' && /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)
}

/** The words of pg where the server answers `N`, or an error, to the request for TLS. */
export function isTlsRefused(error: Error): boolean {
  return /does not support SSL|error establishing an SSL/.test(error.message)
}
