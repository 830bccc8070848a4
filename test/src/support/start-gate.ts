import type { Settings } from '@portaria/core/config/config'
import { settingsFrom } from '@portaria/core/config/settings-from'
import { startDaemon, type Daemon } from '@portaria/core/daemon'
import type { PortariaEvent } from '@portaria/core/events'
import { silentLog, type Log } from '@portaria/core/log'
import type { Providers } from '@portaria/core/plugin'
import type { CallView } from '@portaria/core/status'
import rules from '@portaria/plugin-rules'
import { freePorts } from '@portaria/test-kit/free-ports'
import { callIn, type Phone, type PhoneOptions } from '@portaria/test-kit/phone'
import { pluginOf } from '@portaria/test-kit/plugin-of'
import { createScriptedStt } from '@portaria/test-kit/scripted-stt'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type GateOptions = {
  /** What is said on each leg, in the order in which legs connect. Absent: a line without ears. */
  hears?: readonly (readonly string[])[]
  finalAfterMs?: number
  confidence?: number
  /** `apartamentos.json`; absent: the built-in sample. */
  directory?: unknown
  call?: Partial<Settings['call']>
  condominiums?: Settings['condominiums']
  allow?: readonly string[]
  /** Default true. */
  hints?: boolean
  providers?: Partial<Providers>
  /** They stand in for the ones above when those fail. */
  behind?: Partial<Pick<Providers, 'stt' | 'tts' | 'dialogue'>>
  log?: Log
  wordMs?: number
}

/** A daemon with one ramal on free ports, a voice of tones and the rules dialogue. */
export interface Gate extends AsyncDisposable {
  readonly daemon: Daemon
  readonly visitorPort: number
  readonly residentPort: number
  visitor(o?: Omit<PhoneOptions, 'port'>): Promise<Phone>
  resident(uuid: string): Promise<Phone>
  /** Resolves with the first event that matches, past ones included. */
  event(match: (event: PortariaEvent) => boolean): Promise<PortariaEvent>
  state(uuid: string, state: CallView['state']): Promise<CallView>
  /** Resolves when this was said to that leg, whole. */
  said(role: 'visitor' | 'resident', text: RegExp): Promise<void>
}

export async function startGate(o: GateOptions = {}): Promise<Gate> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portaria-story-'))
  const [visitorPort = 0, residentPort = 0] = await freePorts(2)
  const ramal = {
    id: 1,
    ramal_ia: '1000',
    ramal_retorno: '1001',
    ip_servidor: '127.0.0.1',
    porta_ia: visitorPort,
    porta_retorno: residentPort,
    condominio_id: 1,
  }
  await writeFile(join(dataDir, 'ramais_config.json'), JSON.stringify({ ramais: [ramal] }))
  if (o.directory !== undefined) {
    await writeFile(join(dataDir, 'apartamentos.json'), JSON.stringify(o.directory))
  }
  const { settings } = settingsFrom({ flags: { dataDir, ramais: 'file' }, env: {}, config: {} })
  const stt = o.hears === undefined ? {} : { stt: createScriptedStt({ ...o, legs: o.hears }) }
  const voice = createToneVoice(o.wordMs === undefined ? {} : { wordMs: o.wordMs })
  const fakes = pluginOf('fakes', { tts: voice, ...stt, ...o.providers })
  const others = pluginOf('others', o.behind ?? {})
  const plugins = new Map<string, unknown>([
    ['rules', rules],
    ['fakes', fakes],
    ['others', others],
  ])
  const chain = (first: readonly string[], kind: 'stt' | 'tts' | 'dialogue'): string[] =>
    o.behind?.[kind] === undefined ? [...first] : [...first, 'others']
  const daemon = await startDaemon({
    settings: {
      ...settings,
      api: { ...settings.api, port: 0 },
      tts: chain(['fakes'], 'tts'),
      stt: chain(o.hears === undefined && o.providers?.stt === undefined ? [] : ['fakes'], 'stt'),
      dialogue: chain([o.providers?.dialogue === undefined ? 'rules' : 'fakes'], 'dialogue'),
      condominiums: o.condominiums ?? {},
      allow: o.allow ?? settings.allow,
      hints: o.hints ?? settings.hints,
      directory: o.providers?.directory === undefined ? null : 'fakes',
      call: { ...settings.call, ...o.call },
    },
    log: o.log ?? silentLog,
    version: 'test',
    resolve: (name) => Promise.resolve({ default: plugins.get(name) }),
  })

  const event: Gate['event'] = (match) =>
    new Promise((resolve) => {
      const past = daemon.events.since(0).find(match)
      if (past !== undefined) return resolve(past)
      const stop = daemon.events.subscribe((next) => {
        if (!match(next)) return
        stop()
        resolve(next)
      })
    })

  return {
    daemon,
    visitorPort,
    residentPort,
    event,
    visitor: (phone = {}) => callIn({ port: visitorPort, uuid: randomUUID(), ...phone }),
    resident: (uuid) => callIn({ port: residentPort, uuid }),
    async state(uuid, state) {
      await event((e) => e.type === 'call' && e.call_id === uuid && e.state === state)
      const view = daemon.call(uuid)
      if (view === undefined) throw new Error(`the daemon does not know ${uuid}`)
      return view
    },
    async said(role, text) {
      await event((e) => e.type === 'said' && e.role === role && text.test(e.text))
    },
    async [Symbol.asyncDispose]() {
      await daemon[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
