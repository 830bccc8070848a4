import { isProviderError, messageOf, ProviderError } from '@portaria/core/plugin'
import pg from 'pg'
import { isTlsRefused } from './tls.ts'
import type { Target } from './target.ts'

/** SQLSTATE of the server's answer, through what wraps it; null where the server did not answer. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  return error instanceof pg.DatabaseError ? (error.code ?? null) : sqlState(error.cause)
}

/** Whether the connection is to blame, and not what was asked: another connection may answer. */
export function isLinkError(error: unknown): boolean {
  const state = sqlState(error)
  return state === null || state.startsWith('08') || state.startsWith('57P')
}

/**
 * What went wrong at the database in words that say how to mend it; never with the password. `retryable` is false
 * where only a person can mend it.
 */
export function explain(error: unknown, target: Target): ProviderError {
  if (isProviderError(error)) return error
  const found = explanation(error, target)
  return new ProviderError('postgres', `${target.place}: ${found.message}`, {
    retryable: found.retryable ?? true,
    cause: error,
  })
}

type Explanation = { message: string; retryable?: boolean }

function explanation(error: unknown, target: Target): Explanation {
  const code = (error as { code?: unknown } | null)?.code
  return (
    ofServer(sqlState(error), error, target) ??
    ofNetwork(code, target) ??
    ofTls(code, error) ??
    ofDriver(messageOf(error)) ?? { message: messageOf(error) || String(code) }
  )
}

function ofServer(state: string | null, error: unknown, target: Target): Explanation | null {
  const user = target.user ?? 'the user of the system'
  switch (state) {
    case null:
      return null
    case '28P01':
      return {
        message: `the password of ${user} is wrong; set DB_PASSWORD, or the password in DATABASE_URL.`,
        retryable: false,
      }
    case '28000':
      return {
        message: `the server does not let ${user} in: ${messageOf(error)}. Set DB_USER, or let it in in pg_hba.conf.`,
        retryable: false,
      }
    case '3D000':
      return {
        message: `there is no such database; set DB_NAME, or create it: CREATE DATABASE "${target.database ?? user}";`,
        retryable: false,
      }
    case '53300':
      return { message: 'the server has no connection left; raise max_connections there.' }
    case '57P03':
      return { message: 'the server is starting or stopping.' }
    case '42501':
      return { message: `${messageOf(error)}; portaria db check names the GRANT that mends it.` }
    case '42P01':
      return { message: `${messageOf(error)}; create it with: portaria db migrate` }
    default:
      return { message: `${messageOf(error)} (SQLSTATE ${state})` }
  }
}

function ofNetwork(code: unknown, target: Target): Explanation | null {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { message: `the name ${target.host} is not found; correct DB_HOST or DATABASE_URL.` }
    case 'ECONNREFUSED':
      return {
        message: `nobody listens on port ${target.port}; start PostgreSQL, or correct DB_HOST and DB_PORT.`,
      }
    case 'ENOENT':
      return {
        message: `there is no socket in ${target.host}; start PostgreSQL, or correct DB_HOST.`,
      }
    case 'EACCES':
      return { message: `this user may not open the socket in ${target.host}.` }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return { message: `there is no way to ${target.host}; look at the network and firewalls.` }
    default:
      return null
  }
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])

function ofTls(code: unknown, error: unknown): Explanation | null {
  if (typeof code === 'string' && untrusted.has(code)) {
    return {
      message: `its certificate is not trusted (${code}); name the authority's PEM file in PGSSLROOTCERT.`,
      retryable: false,
    }
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      message: `its certificate is for another name (${messageOf(error)}); connect by that name, or take sslmode verify-ca.`,
      retryable: false,
    }
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return { message: 'its certificate has expired; renew it there.', retryable: false }
  }
  if (error instanceof Error && isTlsRefused(error)) {
    return {
      message:
        'TLS is wanted (DB_SSL or sslmode), but the server has none; set ssl = on there, or DB_SSL=prefer here.',
      retryable: false,
    }
  }
  return null
}

function ofDriver(message: string): Explanation | null {
  if (/timeout expired|connection timeout|trying to connect/.test(message)) {
    return { message: 'no answer in time; look at DB_HOST, DB_PORT, the network and firewalls.' }
  }
  if (/client password must be/.test(message)) {
    return {
      message: 'the server wants a password; set DB_PASSWORD, or the password in DATABASE_URL.',
      retryable: false,
    }
  }
  if (/Connection terminated|read timeout/.test(message)) {
    return { message: 'the connection was lost.' }
  }
  return null
}
