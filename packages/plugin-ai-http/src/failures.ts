import { isProviderError, messageOf, ProviderError } from '@portaria/core/plugin'

const providerName = 'ai-http'

/** Never the password, nor the query, which may hold a key. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** The server may do better a moment later. */
export function passingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError(providerName, message, { retryable: true, cause })
}

/** Somebody has to mend something first; the message says what. */
export function lastingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError(providerName, message, { retryable: false, cause })
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a connection fails with, as an error that says where and, if anything helps, what. */
export function connectionFailure(url: URL, error: unknown): ProviderError {
  if (isProviderError(error)) return error
  const code = codeOf(error)
  const where = shownUrl(url)
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/u.test(code)) {
    return lastingFailure(
      `${where}: its certificate is not trusted (${code}): install one that is, or name its authority in NODE_EXTRA_CA_CERTS`,
      error,
    )
  }
  const why =
    code === 'ECONNREFUSED'
      ? 'nothing listens there: start the server, or set AI_API_URL (plugins.ai-http.url)'
      : code === 'ENOTFOUND'
        ? 'no such host: set AI_API_URL (plugins.ai-http.url)'
        : messageOf(error)
  return passingFailure(`${where}: ${why}`, error)
}

/** What an HTTP status other than 2xx means. The answer's text may be personal, and is never shown. */
export function statusFailure(url: URL, status: number): ProviderError {
  const what = `${shownUrl(url)} answered ${status}`
  if (status === 401 || status === 403) {
    return lastingFailure(`${what}: it wants a key: set plugins.ai-http.headers`)
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return passingFailure(what)
  }
  return lastingFailure(
    `${what}: it does not take {"id","content"} by POST there: set AI_API_URL (plugins.ai-http.url)`,
  )
}
