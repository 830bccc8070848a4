import { ConfigError, messageOf } from '@portaria/core/errors'
import type { RamalStatus } from '@portaria/core/status'
import { isRecord } from './is-record.ts'

/** The part of `GET /api/status` that other commands need. */
export type DaemonStatus = {
  readonly ramais: readonly RamalView[]
  /** Null: the daemon recognises no speech. Undefined: it does not say. */
  readonly stt: string | null | undefined
}

export type RamalView = Pick<
  RamalStatus,
  'ramal_ia' | 'ip' | 'porta_ia' | 'porta_retorno' | 'status'
>

/** The HTTP API of a running daemon. Answers are unknown to the caller: parse what you need. */
export interface DaemonApi {
  readonly url: string
  /** The JSON at a path, or null for 404. Throws ConfigError when nobody answers. */
  get(path: string, signal: AbortSignal): Promise<unknown>
  status(signal: AbortSignal): Promise<DaemonStatus>
  /** The bytes of `GET /api/events`, from now on. */
  events(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

const timeoutMs = 5_000

function ramalView(value: unknown): RamalView[] {
  if (!isRecord(value)) return []
  const { ramal_ia, ip, porta_ia, porta_retorno, status } = value
  const known =
    typeof ramal_ia === 'string' &&
    typeof ip === 'string' &&
    typeof porta_ia === 'number' &&
    typeof porta_retorno === 'number'
  if (!known) return []
  return [
    { ramal_ia, ip, porta_ia, porta_retorno, status: status === 'ativo' ? 'ativo' : 'recusado' },
  ]
}

function parseStatus(value: unknown, url: string): DaemonStatus {
  if (!isRecord(value) || !Array.isArray(value['extensions'])) {
    throw new ConfigError(`${url} is no Portaria: name the daemon's HTTP API with --url`)
  }
  const providers = isRecord(value['providers']) ? value['providers'] : {}
  const { stt } = providers
  return {
    ramais: value['extensions'].flatMap(ramalView),
    stt: typeof stt === 'string' || stt === null ? stt : undefined,
  }
}

function nobody(url: string, error: unknown): ConfigError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return new ConfigError(
    `no daemon answers at ${url} (${messageOf(cause)}). Start one with: portaria serve, or name it with --url`,
    { cause: error },
  )
}

async function ask(url: string, o: { signal: AbortSignal; stream: boolean }): Promise<Response> {
  const signal = o.stream ? o.signal : AbortSignal.any([o.signal, AbortSignal.timeout(timeoutMs)])
  try {
    return await fetch(url, { signal })
  } catch (error) {
    o.signal.throwIfAborted()
    throw nobody(new URL(url).origin, error)
  }
}

export function createDaemonApi(url: string): DaemonApi {
  const base = url.replace(/\/+$/, '')
  async function get(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await ask(`${base}${path}`, { signal, stream: false })
    if (response.status === 404) return null
    if (response.ok) return (await response.json()) as unknown
    throw new ConfigError(`${base}${path} answered ${response.status}: name the daemon with --url`)
  }
  return {
    url: base,
    get,
    status: async (signal) => parseStatus(await get('/api/status', signal), base),
    async events(signal) {
      const response = await ask(`${base}/api/events`, { signal, stream: true })
      if (response.ok && response.body) return response.body
      throw new ConfigError(`${base}/api/events answered ${response.status}`)
    },
  }
}
