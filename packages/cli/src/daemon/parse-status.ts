import { ConfigError } from '@portaria/core/errors'
import type { Alarm, ProviderStatus, RamalStatus, SourceStatus } from '@portaria/core/status'
import { isRecord } from '../is-record.ts'

/** The part of `GET /api/status` that other commands need. */
export type DaemonStatus = {
  readonly ramais: readonly RamalStatus[]
  /** Null: the daemon does not say. */
  readonly source: SourceStatus | null
  readonly alarms: readonly Alarm[]
  readonly providerHealth: readonly ProviderStatus[]
  /** Null: the daemon recognises no speech. Undefined: it does not say. */
  readonly stt: string | null | undefined
}

const texts = ['ramal_ia', 'ramal_retorno', 'ip', 'status', 'desde'] as const
const numbers = ['id', 'porta_ia', 'porta_retorno', 'porta_ia_desejada', 'condominio_id'] as const

/** Checked where a wrong type would break a command; what is only shown passes as it is. */
function isRamal(value: unknown): value is RamalStatus {
  if (!isRecord(value) || !isRecord(value['statistics'])) return false
  return (
    texts.every((key) => typeof value[key] === 'string') &&
    numbers.every((key) => typeof value[key] === 'number')
  )
}

function isAlarm(value: unknown): value is Alarm {
  return (
    isRecord(value) && ['id', 'since', 'message'].every((key) => typeof value[key] === 'string')
  )
}

function isProvider(value: unknown): value is ProviderStatus {
  if (!isRecord(value)) return false
  const { last_error } = value
  return (
    ['kind', 'provider', 'state', 'since'].every((key) => typeof value[key] === 'string') &&
    (last_error === null || (isRecord(last_error) && typeof last_error['message'] === 'string'))
  )
}

function isSource(value: unknown): value is SourceStatus {
  const told = ['kind', 'place', 'link', 'serving'] as const
  return isRecord(value) && told.every((key) => typeof value[key] === 'string')
}

/** Throws ConfigError when the answer is not a daemon's. */
export function parseStatus(value: unknown, url: string): DaemonStatus {
  if (!isRecord(value) || !Array.isArray(value['extensions'])) {
    throw new ConfigError(`${url} is no Portaria: name the daemon's HTTP API with --url`)
  }
  const { extensions, alarms, source, provider_health } = value
  const providers = isRecord(value['providers']) ? value['providers'] : {}
  const { stt } = providers
  return {
    ramais: extensions.filter(isRamal),
    source: isSource(source) ? source : null,
    alarms: Array.isArray(alarms) ? alarms.filter(isAlarm) : [],
    providerHealth: Array.isArray(provider_health) ? provider_health.filter(isProvider) : [],
    stt: typeof stt === 'string' || stt === null ? stt : undefined,
  }
}
