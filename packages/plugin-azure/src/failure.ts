import { ProviderError } from '@portaria/core/plugin'

/** Of this provider, in errors. */
export const name = 'azure'

/** What the SDK says went wrong, as an error of ours: with the option that mends it, and without the key. */
export function failureOf(
  details: unknown,
  o: { key: string | undefined; doing: string; voice?: string },
): ProviderError {
  const text = withoutSecrets(String(details), o.key)
  const status = Number(/server response: (\d{3})/u.exec(text)?.[1] ?? 0)
  const failed = (message: string, retryable: boolean): ProviderError =>
    new ProviderError(name, `azure: ${message}`, { retryable, cause: new Error(text) })
  if (status === 401 || status === 403) {
    const mend =
      'set plugins.azure.key (AZURE_SPEECH_KEY) and the region or host that it belongs to'
    return failed(`the key was refused (${status}) while ${o.doing}: ${mend}`, false)
  }
  if (status === 429) return failed(`too many requests (429) while ${o.doing}`, true)
  if (status >= 500) return failed(`the service failed (${status}) while ${o.doing}`, true)
  if (status >= 400) {
    const mend = 'look at plugins.azure.region (AZURE_SPEECH_REGION) or plugins.azure.host'
    return failed(`the service refused (${status}) while ${o.doing}: ${mend}`, false)
  }
  if (/error code: 1007|BadRequest/u.test(text)) {
    const what =
      o.voice === undefined
        ? ''
        : ` (voice ${o.voice}: plugins.azure.voice, or the voice of the condomínio)`
    return failed(`the service refused the request while ${o.doing}${what}: ${text}`, false)
  }
  if (/ENOTFOUND|EAI_AGAIN/u.test(text)) {
    const mend = 'is plugins.azure.region (AZURE_SPEECH_REGION) right, and is there a network?'
    return failed(`the service's name is not known while ${o.doing}: ${mend}`, true)
  }
  return failed(`the connection failed while ${o.doing}: ${text}`, true)
}

/** A time-out of ours. */
export function lateness(what: string, ms: number): ProviderError {
  return new ProviderError(name, `azure: ${what} took more than ${ms} ms`, { retryable: true })
}

/** The SDK puts the key into its addresses, which stand in its errors. */
function withoutSecrets(text: string, key: string | undefined): string {
  const clean = text.replace(/\b(?:wss?|https?):\/\/\S+/giu, '[address]').replace(/\s+/gu, ' ')
  const keys = key === undefined ? [] : [key, encodeURIComponent(key)]
  const plain = clean.replace(/\bundefined (?=Reason:)/u, '').trim()
  return keys.reduce((text, each) => text.replaceAll(each, '[key]'), plain).slice(0, 300)
}
