import { isIP } from 'node:net'
import { ConfigError } from '../errors.ts'
import type { Config, Settings } from './config.ts'
import { chooseProviders } from './choose-providers.ts'
import { databaseOptions } from './database-options.ts'
import { isLoopback } from './loopback.ts'
import { providerOptions } from './provider-options.ts'
import { describeRange, type Range, ranges } from './ranges.ts'

/** What `portaria serve` was given on its command line. */
export type SettingsFlags = {
  dataDir?: string | undefined
  logDir?: string | undefined
  /** As typed, or parsed. */
  apiPort?: string | number | undefined
  /** Of the HTTP API. */
  host?: string | undefined
  ramais?: string | undefined
  /** PEM files. */
  tlsCert?: string | undefined
  tlsKey?: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

/** The text of a flag or a variable; empty or blank counts as not given. */
function given(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}

function numberIn(text: string | undefined, o: { name: string; range: Range }): number | undefined {
  const value = given(text)
  if (value === undefined) return undefined
  const parsed = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  const { min, max, whole } = o.range
  if (parsed >= min && parsed <= max && (!whole || Number.isInteger(parsed))) return parsed
  throw new ConfigError(
    `${o.name} must be ${describeRange(o.range)}, not ${JSON.stringify(value)}: change it, or remove it for the default`,
  )
}

function apiFrom(o: { flags: SettingsFlags; env: Env; config: Config }): Settings['api'] {
  const { flags, env, config } = o
  const flagged = flags.apiPort === undefined ? undefined : String(flags.apiPort)
  const port =
    numberIn(flagged, { name: '--api-port', range: ranges.apiPort }) ??
    numberIn(env['API_PORT'], { name: 'API_PORT', range: ranges.apiPort }) ??
    config.api?.port ??
    8082
  const host = given(flags.host) ?? config.api?.host ?? '127.0.0.1'
  const token = given(env['API_TOKEN']) ?? null
  const tls = tlsFrom(flags, config)
  if (isLoopback(host) || token !== null) return { host, port, token, tls }
  const where = given(flags.host) === undefined ? 'api.host in the configuration' : '--host'
  throw new ConfigError(
    `${where} is ${JSON.stringify(host)}: everybody who reaches the HTTP API there could change ramais and hang up calls. ` +
      'Set API_TOKEN to a long random text (openssl rand -hex 32), or use 127.0.0.1',
  )
}

function tlsFrom(flags: SettingsFlags, config: Config): Settings['api']['tls'] {
  const cert = given(flags.tlsCert) ?? config.api?.tlsCert
  const key = given(flags.tlsKey) ?? config.api?.tlsKey
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert === undefined && key === undefined) return null
  throw new ConfigError(
    'HTTPS needs a certificate and its key: give both --tls-cert and --tls-key (api.tlsCert and api.tlsKey), or neither',
  )
}

function bindFrom(env: Env, config: Config): string | null {
  const bind = given(env['AUDIOSOCKET_BIND'])
  if (bind === undefined) return config.audiosocket?.bind ?? null
  if (isIP(bind) !== 0) return bind
  throw new ConfigError(
    `AUDIOSOCKET_BIND must be an IP address of this machine, or 0.0.0.0 for all, not ${JSON.stringify(bind)}: ` +
      'change it, or remove it to listen at the ip_servidor of each ramal',
  )
}

function silenceFrom(env: Env, config: Config): number {
  const { min, max } = ranges.silenceMs
  const range = { min: min / 1000, max: max / 1000, whole: false }
  const name = 'SILENCE_THRESHOLD_SECONDS'
  const seconds = numberIn(env[name], { name, range })
  return seconds === undefined ? (config.silenceMs ?? 700) : Math.round(seconds * 1000)
}

function callFrom(env: Env, config: Config): Settings['call'] {
  const { call = {} } = config
  const name = 'DRAIN_SECONDS'
  return {
    ringSeconds: call.ringSeconds ?? 30,
    ringAttempts: call.ringAttempts ?? 2,
    maxSeconds: call.maxSeconds ?? 600,
    drainSeconds:
      numberIn(env[name], { name, range: ranges.drainSeconds }) ?? call.drainSeconds ?? 30,
  }
}

function ramaisFrom(o: { flags: SettingsFlags; env: Env; config: Config }): string {
  const asked = given(o.flags.ramais) ?? o.config.ramais
  const outside = given(o.env['DATABASE_URL']) ?? given(o.env['DB_HOST'])
  if (asked === undefined) return outside === undefined ? 'embedded' : 'postgres'
  if (asked !== 'none') return asked
  throw new ConfigError(
    '--ramais must be file, embedded, postgres or the name of a plugin, not none',
  )
}

function limitsFrom(env: Env, { limits = {} }: Config): Settings['limits'] {
  const from = (name: string): number | undefined =>
    numberIn(env[name], { name, range: ranges.concurrency })
  return {
    transcriptions: from('MAX_CONCURRENT_TRANSCRIPTIONS') ?? limits.transcriptions ?? null,
    synthesis: from('MAX_CONCURRENT_SYNTHESIS') ?? limits.synthesis ?? null,
  }
}

/** A call whose ramal is removed ends politely, unless RAMAL_REMOVAL or the configuration says otherwise. */
function removalFrom(env: Env, config: Config): Settings['ramalRemoval'] {
  const asked = given(env['RAMAL_REMOVAL'])?.toLowerCase() ?? config.ramalRemoval ?? 'drain'
  if (asked === 'drain' || asked === 'hangup') return asked
  throw new ConfigError(
    `RAMAL_REMOVAL must be drain or hangup, not ${JSON.stringify(asked)}: change it, or remove it for drain`,
  )
}

const spelledYes = ['1', 'true', 'yes', 'on', 'sim']
const spelledNo = ['0', 'false', 'no', 'off', 'nao', 'não']

function autoRefreshFrom(env: Env, config: Config): number | null {
  const name = 'AUTO_REFRESH_SECONDS'
  const seconds = numberIn(env[name], { name, range: ranges.autoRefreshSeconds })
  const asked = given(env['AUTO_REFRESH'])?.toLowerCase()
  if (asked === undefined) return seconds ?? config.autoRefreshSeconds ?? null
  if (spelledNo.includes(asked)) return null
  if (spelledYes.includes(asked)) return seconds ?? config.autoRefreshSeconds ?? 60
  throw new ConfigError(
    `AUTO_REFRESH must be true or false, not ${JSON.stringify(asked)}: AUTO_REFRESH_SECONDS says how often`,
  )
}

/** A plugin's name; `none` is none. */
function pluginNamed(name: string | undefined): string | null {
  const named = given(name) ?? null
  return named === 'none' ? null : named
}

/**
 * What the daemon runs with: flags, then the environment (with `.env` merged in), then the
 * configuration, then defaults. `notices` are lines to say once at start. Throws ConfigError.
 */
export function settingsFrom(o: { flags: SettingsFlags; env: Env; config: Config }): {
  settings: Settings
  notices: readonly string[]
} {
  const { flags, env, config } = o
  const ramais = ramaisFrom(o)
  const chosen = chooseProviders(o)
  const settings: Settings = {
    dataDir: given(flags.dataDir) ?? config.dataDir ?? './data',
    logDir: given(flags.logDir) ?? config.logDir ?? './logs',
    api: apiFrom(o),
    audiosocket: { bind: bindFrom(env, config) },
    allow: config.allow ?? null,
    ramais,
    ramalRemoval: removalFrom(env, config),
    autoRefreshSeconds: autoRefreshFrom(env, config),
    ...chosen,
    limits: limitsFrom(env, config),
    directory: pluginNamed(config.directory),
    hints: config.hints ?? true,
    dialer: pluginNamed(config.dialer),
    plugins: { ...config.plugins, ...databaseOptions(o, ramais), ...providerOptions(o, chosen) },
    language: config.language ?? 'pt-BR',
    condominiums: config.condominiums ?? {},
    silenceMs: silenceFrom(env, config),
    call: callFrom(env, config),
  }
  const stray = given(env['AZURE_SPEECH_REGION']) !== undefined && !chosen.stt.includes('azure')
  const notices =
    stray && !chosen.tts.includes('azure')
      ? ['AZURE_SPEECH_REGION is set, but nothing uses Azure Speech: that takes AZURE_SPEECH_KEY']
      : []
  return { settings, notices }
}
