import type { Language } from '../language.ts'

/** What a user may write in `portaria.config.{ts,js,json}`. Every key is optional. */
export type Config = {
  /** For editors, in a JSON file; Portaria does not read it. */
  $schema?: string
  /**
   * Where ramais, the directory and caches live, relative to the working directory. Default
   * `./data`.
   */
  dataDir?: string
  /** Default `./logs`. */
  logDir?: string
  /** The HTTP API. Default 127.0.0.1:8082; port 0 is any free one. Off loopback a token is needed (API_TOKEN). */
  api?: { host?: string; port?: number; tlsCert?: string; tlsKey?: string }
  audiosocket?: {
    /** Listen here instead of each ramal's `ip_servidor`. */
    bind?: string
  }
  /** CIDRs that may connect by AudioSocket. Absent: everybody who can reach the port. */
  allow?: string[]
  /**
   * `file`: `<dataDir>/ramais_config.json`; `embedded`: a PostgreSQL of Portaria's own; `postgres` or another plugin:
   * a database. Default: `postgres` where DATABASE_URL or DB_HOST is set, else `embedded`.
   */
  ramais?: string
  /** What happens to live calls of a ramal that is removed. Default drain. */
  ramalRemoval?: 'drain' | 'hangup'
  /** Seconds between full reads of all ramais; absent: only the safety read every 5 minutes. */
  autoRefreshSeconds?: number
  /** Name of a plugin, or several in the order in which they stand in for each other, or `none`. */
  stt?: string | string[]
  tts?: string | string[]
  dialogue?: string | string[]
  /** How many sentences are transcribed, and synthesised, at a time. Absent: no limit. */
  limits?: { transcriptions?: number; synthesis?: number }
  directory?: string
  /** Whether recognisers are told residents' names, blocks and units, to understand them better. Default true. */
  hints?: boolean
  dialer?: string
  /** Options of plugins, by the plugin's name. */
  plugins?: Record<string, unknown>
  language?: Language
  /** Settings of condomínios, by id. */
  condominiums?: Record<string, CondominiumConfig>
  /** Silence that ends a visitor's turn. Default 700. */
  silenceMs?: number
  call?: {
    /** How long one attempt waits for the resident's leg. Default 30. */
    ringSeconds?: number
    /** Default 2. */
    ringAttempts?: number
    /** A call's wall-clock cap. Default 600. */
    maxSeconds?: number
    /** How long SIGTERM waits for calls. Default 30. */
    drainSeconds?: number
  }
}

export type CondominiumConfig = {
  name?: string
  language?: Language
  voice?: { name?: string; speed?: number; style?: string }
  /** Replaces the first sentence of the greeting. */
  greeting?: string
  gateName?: string
}

export type ChosenBy = 'AZURE_SPEECH_KEY' | 'AI_API_URL' | 'configuration' | 'default'

/** PEM files of the HTTP API. */
export type TlsFiles = { readonly cert: string; readonly key: string }

/** `Config` with every default filled in: what the daemon runs with. */
export type Settings = {
  dataDir: string
  logDir: string
  api: { host: string; port: number; token: string | null; tls: TlsFiles | null }
  audiosocket: { bind: string | null }
  allow: readonly string[] | null
  /** `file`, `embedded`, or a plugin's name. */
  ramais: string
  ramalRemoval: 'drain' | 'hangup'
  autoRefreshSeconds: number | null
  /** Names of plugins: the first is used, the others stand in for it in order. Empty: none. */
  stt: readonly string[]
  tts: readonly string[]
  dialogue: readonly string[]
  /** Why these: a variable that is set, or the configuration, or the default. */
  chosenBy: { stt: ChosenBy; tts: ChosenBy; dialogue: ChosenBy }
  limits: { transcriptions: number | null; synthesis: number | null }
  directory: string | null
  hints: boolean
  dialer: string | null
  plugins: Readonly<Record<string, unknown>>
  language: Language
  condominiums: Readonly<Record<string, CondominiumConfig>>
  silenceMs: number
  call: { ringSeconds: number; ringAttempts: number; maxSeconds: number; drainSeconds: number }
}
