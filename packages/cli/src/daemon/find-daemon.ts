import { resolve } from 'node:path'
import type { Settings } from '@portaria/core/config/config'
import { ConfigError } from '@portaria/core/errors'
import { loadSettings } from '../load-settings.ts'
import { findRunning, type Running } from '../run-file.ts'
import type { Trust } from './http-request.ts'
import { type Login, rememberedLogin } from './remembered-login.ts'

/** Where the HTTP API of a daemon is, and what opens it. */
export type DaemonPlace = {
  readonly url: string
  readonly token: string | null
  readonly trust: Trust
  /** Whence this is known, for messages: `named by --url`. */
  readonly why: string
}

/** What the user says of the daemon; undefined where nothing was said. */
export type DaemonWanted = {
  readonly url?: string | undefined
  readonly token?: string | undefined
  /** PEM file of the authority that signed the daemon's certificate. */
  readonly ca?: string | undefined
  readonly dataDir?: string | undefined
  readonly config?: string | undefined
  /** Working directory. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Throws ConfigError for what is no http(s) address. */
export function parseApiUrl(text: string): string {
  const url = URL.parse(text)
  const known = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url !== null && known && url.username === '' && url.password === '') {
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  }
  throw new ConfigError(
    `--url must be the address of the HTTP API, such as http://127.0.0.1:8082, not ${JSON.stringify(text)}`,
  )
}

function authority(file: string | null): Trust {
  return file === null ? { type: 'system' } : { type: 'authority', file }
}

function own(file: string | null): Trust {
  return file === null ? { type: 'system' } : { type: 'own', file }
}

function remembered({ url, token, ca }: Login): DaemonPlace {
  return { url, token, trust: authority(ca), why: 'remembered by portaria login' }
}

/** The API of the daemon that wrote this run.json. */
export function runningPlace({ pid, api_url, api_token, api_cert }: Running): DaemonPlace {
  return { url: api_url, token: api_token, trust: own(api_cert), why: `process ${pid}` }
}

/** One that listens everywhere is reached at loopback. */
function configured({ api }: Settings, folder: string): DaemonPlace {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[api.host] ?? api.host
  const scheme = api.tls === null ? 'http' : 'https'
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${api.port}`,
    token: api.token,
    trust: own(api.tls === null ? null : resolve(folder, api.tls.cert)),
    why: 'which is where the settings of this folder have it',
  }
}

async function byUrl(text: string): Promise<DaemonPlace> {
  const url = parseApiUrl(text)
  const login = await rememberedLogin()
  // The token of one daemon is none of another's business.
  if (login?.url === url) return remembered(login)
  return { url, token: null, trust: authority(null), why: 'named by --url' }
}

async function bySettings(o: DaemonWanted): Promise<DaemonPlace> {
  const { config, dataDir, folder, env } = o
  const { settings } = await loadSettings({ flags: { config, dataDir }, folder, env })
  const running = await findRunning(resolve(folder, settings.dataDir))
  if (running !== null) return runningPlace(running)
  // What the settings name may be the daemon of another folder, whose ramais are not meant.
  if (dataDir !== undefined) {
    throw new ConfigError(
      `no daemon serves from ${dataDir}: start one with portaria serve --data-dir ${dataDir}, wait until it says "serving", or name it with --url`,
    )
  }
  return configured(settings, folder)
}

async function found(o: DaemonWanted): Promise<DaemonPlace> {
  if (o.url !== undefined) return byUrl(o.url)
  const login = o.dataDir === undefined ? await rememberedLogin() : null
  return login === null ? bySettings(o) : remembered(login)
}

/**
 * Finds the daemon that a command talks to: named by `--url`, else of the data folder that `--data-dir` names, else
 * the one that `portaria login` remembered, else of the default data folder, else by the settings. `--token` and
 * `--ca` win over what is known. Throws ConfigError, also when none runs on a data folder that was named.
 */
export async function findDaemon(o: DaemonWanted): Promise<DaemonPlace> {
  const place = await found(o)
  const { token = place.token, ca } = o
  return {
    ...place,
    token,
    trust: ca === undefined ? place.trust : authority(resolve(o.folder, ca)),
  }
}
