import { isProviderError, messageOf, ProviderError } from '@portaria/core/plugin'
import { APIConnectionError, APIError } from 'openai'

/** The kinds of provider, by the name of their section in the options. */
export type Section = 'stt' | 'tts' | 'ai'

/** The server may do better a moment later. */
export function passingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError('openai', `openai: ${message}`, { retryable: true, cause })
}

/** Somebody has to mend something first; the message says what. */
export function lastingFailure(message: string, cause?: unknown): ProviderError {
  return new ProviderError('openai', `openai: ${message}`, { retryable: false, cause })
}

/** What may be shown of a server's own words; anything else may be a key, or what a visitor said. */
const knownWords = new Set(
  (
    'invalid_api_key model_not_found insufficient_quota rate_limit_exceeded context_length_exceeded content_filter ' +
    'invalid_value unsupported_value unsupported_parameter model voice language response_format stream tools ' +
    'tool_choice temperature file prompt speed instructions input messages'
  ).split(' '),
)

const shown = (word: unknown): string | null =>
  typeof word === 'string' && knownWords.has(word) ? word : null

/** A ProviderError for whatever a request or a stream failed with. `where` is the server's address, without secrets. */
export function failureOf(error: unknown, o: { section: Section; where: string }): ProviderError {
  const known = innermost(error)
  if (isProviderError(known)) return known
  if (error instanceof APIConnectionError) return connectionFailure(known, o)
  if (!(error instanceof APIError)) {
    // The client's own message of broken JSON has no word of it; a lost connection is a TypeError of fetch.
    return error instanceof SyntaxError
      ? passingFailure(`${o.where}: the answer is broken JSON`)
      : connectionFailure(known, o)
  }
  const status: unknown = error.status
  return typeof status === 'number'
    ? statusFailure(status, error, o)
    : passingFailure(`${o.where}: an error came in the middle of the answer${about(error)}`)
}

function innermost(error: unknown): unknown {
  let inner = error
  for (let depth = 0; depth < 5; depth++) {
    if (isProviderError(inner) || !(inner instanceof Error) || inner.cause === undefined) break
    inner = inner.cause
  }
  return inner
}

function connectionFailure(
  cause: unknown,
  { section, where }: { section: Section; where: string },
): ProviderError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/u.test(code)) {
    return lastingFailure(
      `${where}: its certificate is not trusted (${code}): install one that is, or name its authority in NODE_EXTRA_CA_CERTS`,
      cause,
    )
  }
  const option = `plugins.openai.${section}.baseURL`
  const why =
    code === 'ECONNREFUSED'
      ? `nothing listens there: start the server, or set ${option}`
      : code === 'ENOTFOUND'
        ? `no such host: set ${option}`
        : `the connection was lost (${code === '' ? messageOf(cause) : code})`
  return passingFailure(`${where}: ${why}`, cause)
}

function about({ code, param }: APIError): string {
  const words = [shown(code), shown(param)].filter((word) => word !== null)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}

/** The answer's text may quote the key and what was said: it is never shown, nor kept as the cause. */
function statusFailure(
  status: number,
  error: APIError,
  { section, where }: { section: Section; where: string },
): ProviderError {
  const what = `${where} answered ${status}${about(error)}`
  const own = `plugins.openai.${section}`
  if (status === 401) {
    const mend = `set plugins.openai.key (or ${own}.key for this server alone)`
    return lastingFailure(
      `${what}: it refuses the key, or the lack of one: ${mend}; OPENAI_API_KEY is for OpenAI's own server`,
    )
  }
  if (status === 403) {
    return lastingFailure(`${what}: the key may not do that: set ${own}.key or ${own}.model`)
  }
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    return passingFailure(what)
  }
  if (status >= 300 && status < 400) {
    return lastingFailure(`${what}: it redirects: set ${own}.baseURL to where it leads`)
  }
  if (status === 404) {
    return lastingFailure(
      `${what}: no such model, or nothing under that address: set ${own}.model or ${own}.baseURL (it often ends with /v1)`,
    )
  }
  const option = error.param === 'voice' ? 'voice' : 'model'
  return lastingFailure(`${what}: it refuses the request: look at ${own}.${option} and the others`)
}
