import { isProviderError, messageOf, ProviderError } from '@portaria/core/plugin'

export const providerName = 'avr'

/** A container of AVR: where it is, and the option that says so. */
export type Container = { readonly url: URL; readonly option: string }

/** The container may do better a moment later. */
export function passingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError(providerName, `avr: ${message}`, { retryable: true, cause })
}

/** Somebody has to mend something first; the message says what. */
export function lastingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError(providerName, `avr: ${message}`, { retryable: false, cause })
}

/** Never a login, nor a query, which may hold a key. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** What a connection fails with, as an error that says where and, if anything helps, what. */
export function connectionFailure({ url, option }: Container, error: unknown): ProviderError {
  if (isProviderError(error)) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const where = shownUrl(url)
  if (code === 'ECONNREFUSED') {
    return passingFailure(
      `${where}: nothing listens there: start the container, or set ${option}`,
      error,
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return passingFailure(`${where}: no such host: set ${option}`, error)
  }
  return passingFailure(`${where}: ${messageOf(error)}`, error)
}

/** What an HTTP status other than 2xx means. The container's own text may be personal, and is never shown. */
export function statusFailure({ url, option }: Container, status: number): ProviderError {
  const what = `${shownUrl(url)} answered ${status}`
  if (status === 401 || status === 403) {
    return lastingFailure(
      `${what}: AVR's containers ask for no key, but something before it does: write a login into ${option} (http://user:password@host), or let Portaria pass`,
    )
  }
  if (status === 404 || status === 405) {
    return lastingFailure(`${what}: set ${option} to the container's whole address, path and all`)
  }
  if (status >= 300 && status < 400) {
    return lastingFailure(`${what}, a redirect: set ${option} to where it leads`)
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return passingFailure(what)
  }
  return lastingFailure(`${what}: it does not take what AVR sends there: set ${option}`)
}
