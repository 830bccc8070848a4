import { ConfigError, type ProviderError } from '@portaria/core/plugin'
import OpenAI from 'openai'
import { failureOf, type Section } from './failures.ts'
import { guardedFetch, shownUrl } from './guarded-fetch.ts'
import type { OpenAiOptions } from './options.ts'

const openAiOrigin = 'https://api.openai.com'

const usualModels: Readonly<Record<Section, string>> = {
  stt: 'gpt-4o-mini-transcribe',
  tts: 'gpt-4o-mini-tts',
  ai: 'gpt-4.1-mini',
}

/** Speech of a minute at 48 kHz has 6 MB; texts are a few kilobytes. */
const mostBytes: Readonly<Record<Section, number>> = {
  stt: 1024 * 1024,
  tts: 16 * 1024 * 1024,
  ai: 4 * 1024 * 1024,
}

/** Longer than any wait of ours: the client's own limit never counts. */
const neverMs = 10 * 60_000

export type Connection = {
  readonly client: OpenAI
  readonly model: string
  /** The server's address, without secrets. */
  readonly where: string
  readonly failure: (error: unknown) => ProviderError
}

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** The client for one kind of provider. Throws ConfigError where the key or the model is missing. */
export function connect(section: Section, o: OpenAiOptions): Connection {
  const own = o[section]
  const url = own.baseURL ?? o.baseURL
  // A key is for one server: another one must not see it.
  const shared = url.origin === o.baseURL.origin
  const key = own.key ?? (shared ? o.key : undefined)
  const headers = { ...(shared ? o.headers : {}), ...own.headers }
  const query = { ...(shared ? o.query : {}), ...own.query }
  const isOpenAi = url.origin === openAiOrigin
  const keyless = key === undefined && Object.keys(headers).length === 0
  if (isOpenAi && keyless) {
    const [option, mend] =
      own.baseURL === undefined
        ? ['key', 'set OPENAI_API_KEY, or a baseURL']
        : [`${section}.key`, `set it: OPENAI_API_KEY goes where plugins.openai.baseURL leads`]
    throw new ConfigError(`plugins.openai.${option} is missing: ${mend}`)
  }
  const model = own.model ?? (isOpenAi ? usualModels[section] : undefined)
  if (model === undefined) {
    throw new ConfigError(
      `plugins.openai.${section}.model is missing: name a model that ${shownUrl(url)} has`,
    )
  }
  const where = shownUrl(url)
  const client = new OpenAI({
    apiKey: key ?? 'none',
    baseURL: url.href,
    // The client would take these from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logger: silent,
    logLevel: 'off',
    // Trying again, and with whom, is core's.
    maxRetries: 0,
    timeout: neverMs,
    fetch: guardedFetch(mostBytes[section], Object.keys(headers)),
    // Said here too, or the environment's OPENAI_CUSTOM_HEADERS could replace it.
    defaultHeaders: { authorization: key === undefined ? null : `Bearer ${key}`, ...headers },
    defaultQuery: query,
  })
  return { client, model, where, failure: (error) => failureOf(error, { section, where }) }
}
