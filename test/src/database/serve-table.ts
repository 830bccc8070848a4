import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settingsFrom } from '@portaria/core/config/settings-from'
import { type Daemon, startDaemon } from '@portaria/core/daemon'
import type { Log } from '@portaria/core/log'
import type { RamalStatus } from '@portaria/core/status'
import postgres from '@portaria/plugin-postgres'
import rules from '@portaria/plugin-rules'
import { callIn, type Phone } from '@portaria/test-kit/phone'
import { pluginOf } from '@portaria/test-kit/plugin-of'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { expect, vi } from 'vitest'

/** For what happens in milliseconds, on a machine that is busy with other things. */
export const patience = { timeout: 20_000, interval: 20 }

export type SiteOptions = {
  /** `DATABASE_URL`. */
  url: string
  /** Another port than the URL's: a proxy's. */
  port?: number
  /** The daemon's data folder, kept when it is given. A test database has a `dataDir` of its own: no name for this one. */
  keptDir?: string
  env?: Readonly<Record<string, string>>
  /** The section of the plugin in the configuration. */
  options?: Readonly<Record<string, unknown>>
  /** In place of the plugin for PostgreSQL. */
  plugin?: unknown
}

/** A whole daemon that serves the table of a database, with a voice of tones. */
export interface Site extends AsyncDisposable {
  readonly daemon: Daemon
  readonly dataDir: string
  /** What it logged, warnings and worse. */
  readonly warnings: readonly string[]
  /** Everything that is served or refused, by id. */
  ramais(): readonly RamalStatus[]
  ramal(id: number): RamalStatus | undefined
  /** `1 ativo 8080/8081, 2 deslocado 8082/8083` */
  shown(): string
  alarms(): readonly string[]
  /** Resolves when `shown()` is this. */
  shows(text: string): Promise<void>
  link(state: 'live' | 'polling' | 'lost'): Promise<void>
  /** A visitor for unit 501, whose resident is being rung: for minutes, if nobody answers. */
  visitor(port: number): Promise<Phone>
  /** Fails unless the visitor's call goes on and frames still come. */
  goesOn(visitor: Phone): Promise<void>
  /** The resident answers and presses 1: the call that went on comes to its good end. */
  authorises(visitor: Phone, returnPort: number): Promise<void>
}

export async function serveTable(o: SiteOptions): Promise<Site> {
  const dataDir = o.keptDir ?? (await mkdtemp(join(tmpdir(), 'portaria-table-')))
  const url = new URL(o.url)
  if (o.port !== undefined) url.port = String(o.port)
  const { settings } = settingsFrom({
    flags: { dataDir },
    env: { DATABASE_URL: url.href, AUDIOSOCKET_BIND: '127.0.0.1', ...o.env },
    config: {
      tts: 'voice',
      call: { ringSeconds: 300, ringAttempts: 1 },
      plugins: { postgres: o.options ?? {} },
    },
  })
  const warnings: string[] = []
  const voice = pluginOf('voice', { tts: createToneVoice() })
  const plugins: Record<string, unknown> = { postgres: o.plugin ?? postgres, rules, voice }
  const daemon = await startDaemon({
    settings: { ...settings, api: { ...settings.api, port: 0 } },
    log: logTo(warnings),
    version: 'test',
    resolve: (name) => Promise.resolve({ default: plugins[name] }),
  })
  const ramais: Site['ramais'] = () => daemon.snapshot().ramais.toSorted((a, b) => a.id - b.id)
  const shown: Site['shown'] = () =>
    ramais()
      .map((one) => `${one.id} ${one.status} ${one.porta_ia}/${one.porta_retorno}`)
      .join(', ')
  return {
    daemon,
    dataDir,
    warnings,
    ramais,
    ramal: (id) => ramais().find((ramal) => ramal.id === id),
    shown,
    alarms: () => daemon.snapshot().alarms.map(({ id }) => id),
    shows: (text) => vi.waitFor(() => expect(shown()).toBe(text), patience),
    link: (state) => vi.waitFor(() => expect(daemon.snapshot().source.link).toBe(state), patience),
    async visitor(port) {
      const phone = await callIn({ port })
      await phone.press('501#')
      await vi.waitFor(() => expect(daemon.call(phone.uuid)?.state).toBe('ringing'), patience)
      return phone
    },
    async goesOn(visitor) {
      expect(daemon.call(visitor.uuid)).toMatchObject({ ended_at: null })
      const before = visitor.frames.length
      await vi.waitFor(() => expect(visitor.frames.length).toBeGreaterThan(before), patience)
    },
    async authorises(visitor, returnPort) {
      await using resident = await callIn({ port: returnPort, uuid: visitor.uuid })
      await vi.waitFor(() => expect(daemon.call(visitor.uuid)?.state).toBe('deciding'), patience)
      await resident.press('1')
      expect(await visitor.closed).toMatchObject({ by: 'server-hangup' })
      await vi.waitFor(() => expect(daemon.call(visitor.uuid)?.state).toBe('ended'), patience)
      expect(daemon.call(visitor.uuid)?.decision).toMatchObject({ outcome: 'authorized' })
    },
    async [Symbol.asyncDispose]() {
      await daemon[Symbol.asyncDispose]()
      if (o.keptDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function logTo(warnings: string[]): Log {
  const keep = (fields: object, message: string): void => {
    warnings.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug() {}, info() {}, warn: keep, error: keep, child: () => log }
  return log
}
