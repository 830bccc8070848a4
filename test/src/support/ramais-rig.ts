import { createAlarms } from '@portaria/core/alarms'
import { createPacer } from '@portaria/core/audio/pacer'
import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import { createAdmission } from '@portaria/core/audiosocket/admission'
import { createSendQueueWatch } from '@portaria/core/audiosocket/send-queue-watch'
import { createSwitchboard, type Switchboard } from '@portaria/core/call/switchboard'
import { type Clock, monotonic } from '@portaria/core/clock'
import type { Settings } from '@portaria/core/config/config'
import { settingsFrom } from '@portaria/core/config/settings-from'
import { createEventLog, type EventLog } from '@portaria/core/events'
import { type Log, silentLog } from '@portaria/core/log'
import type { RamalStore } from '@portaria/core/plugin'
import { createRamalControl } from '@portaria/core/ramais/ramal-control'
import { createSourceTracker } from '@portaria/core/ramais/source-status'
import { startRamais, type StartRamais } from '@portaria/core/ramais/start-ramais'
import { createVoiceBox } from '@portaria/core/speech/voice-box'
import { noStatistics } from '@portaria/core/statistics/ramal-statistics'
import type { Alarm, RamalControl, RamalStatus, SourceStatus } from '@portaria/core/status'
import rulesPlugin from '@portaria/plugin-rules'
import { createToneVoice } from '@portaria/test-kit/tone-voice'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type RigOptions = {
  store: RamalStore
  /** Kept when it is given. */
  dataDir?: string
  settings?: Partial<Pick<Settings, 'ramalRemoval' | 'autoRefreshSeconds' | 'audiosocket'>>
  drainSeconds?: number
  reserved?: ReadonlyMap<number, string>
  intervals?: StartRamais['intervals']
  mostDoors?: number
  clock?: Clock
  log?: Log
}

/** The ramais of a daemon and its switchboard, without the rest of it. */
export interface Rig extends AsyncDisposable {
  readonly control: RamalControl
  readonly switchboard: Switchboard
  readonly events: EventLog
  list(): readonly RamalStatus[]
  get(id: number): RamalStatus | undefined
  /** `1 ativo 8080/8081, 2 deslocado 8082/8083` */
  shown(): string
  alarms(): readonly Alarm[]
  source(): SourceStatus
  condominiums(): readonly number[]
}

/** Whom every visitor may ask for. */
const home = { number: '501', block: null, residents: [], voipNumber: '1003021' }

export async function startRig(o: RigOptions): Promise<Rig> {
  await using started = new AsyncDisposableStack()
  const dataDir = o.dataDir ?? (await mkdtemp(join(tmpdir(), 'portaria-rig-')))
  if (o.dataDir === undefined) {
    started.defer(() => rm(dataDir, { recursive: true, force: true }))
  }
  const log = o.log ?? silentLog
  const { settings } = settingsFrom({ flags: { dataDir }, env: {}, config: {} })
  const events = createEventLog()
  const onChange = (): void => undefined
  const alarms = createAlarms({ events, log, onChange })
  const { store } = o
  const source = started.use(
    createSourceTracker({
      kind: 'memory',
      place: store.place,
      link: store.watch === undefined ? 'none' : 'lost',
      events,
      alarms,
      onChange,
    }),
  )
  const dialogue = await rulesPlugin.dialogue?.({}, { log, signal: AbortSignal.abort(), dataDir })
  if (dialogue === undefined) throw new Error('the rules offer no dialogue')
  const switchboard = createSwitchboard(
    {
      stt: null,
      voiceBox: started.use(createVoiceBox({ tts: createToneVoice(), log })),
      dialogue,
      firstProviders: { stt: null, tts: 'tones', dialogue: 'rules' },
      directory: {
        find: ({ unit }) =>
          Promise.resolve(unit === '501' ? { type: 'one', unit: home } : { type: 'none' }),
      },
      detector: await loadVoiceDetector(),
      clock: monotonic,
      events,
      condominium: () => ({ name: null, language: 'pt-BR', voice: {}, greeting: null }),
      silenceMs: settings.silenceMs,
      call: settings.call,
      log,
    },
    { onChange, onStarted() {}, onEnded() {} },
  )
  const ramais = started.use(
    await startRamais({
      store,
      settings: {
        ...settings,
        ...o.settings,
        call: { ...settings.call, drainSeconds: o.drainSeconds ?? 30 },
      },
      source,
      alarms,
      reserved: o.reserved ?? new Map(),
      admission: createAdmission(),
      pacer: started.use(createPacer()),
      sendQueues: started.use(createSendQueueWatch({ log })),
      switchboard,
      events,
      statisticsOf: () => noStatistics,
      prepare: () => Promise.resolve(),
      onCondominiums: () => undefined,
      onLinked: () => undefined,
      onGone: () => undefined,
      onChange,
      clock: o.clock ?? monotonic,
      log,
      ...(o.intervals === undefined ? {} : { intervals: o.intervals }),
      ...(o.mostDoors === undefined ? {} : { mostDoors: o.mostDoors }),
    }),
  )
  const everything = started.move()
  const list = (): readonly RamalStatus[] => ramais.list().toSorted((a, b) => a.id - b.id)
  return {
    control: createRamalControl({ store, running: Promise.resolve(ramais) }),
    switchboard,
    events,
    list,
    get: (id) => list().find((ramal) => ramal.id === id),
    shown: () =>
      list()
        .map((one) => `${one.id} ${one.status} ${one.porta_ia}/${one.porta_retorno}`)
        .join(', '),
    alarms: () => alarms.list(),
    source: () => source.view(),
    condominiums: () => [...ramais.condominiums()],
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Whether somebody listens at this port of loopback. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port })
    socket.once('connect', () => {
      socket.resetAndDestroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
