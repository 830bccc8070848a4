import { join } from 'node:path'
import { createAlarms } from './alarms.ts'
import { startApi } from './api/start-api.ts'
import { createPacer } from './audio/pacer.ts'
import { loadVoiceDetector } from './audio/voice-detector.ts'
import { createAdmission } from './audiosocket/admission.ts'
import { createSendQueueWatch } from './audiosocket/send-queue-watch.ts'
import { createSwitchboard } from './call/switchboard.ts'
import type { FirstProviders } from './call/turn-trace.ts'
import { monotonic } from './clock.ts'
import { createCondominiums } from './condominiums/condominiums.ts'
import { createCondominiumReader } from './condominiums/follow-condominiums.ts'
import type { Settings } from './config/config.ts'
import { openDirectory } from './directory/open-directory.ts'
import { createEventLog, type PortariaEvent } from './events.ts'
import { createFarewell } from './farewell.ts'
import { keepCalls } from './history/keep-calls.ts'
import type { Log } from './log.ts'
import { loadPlugins } from './plugins/load-plugins.ts'
import { neededProviders } from './plugins/needed-providers.ts'
import { watchProviders } from './plugins/watch-providers.ts'
import { createFileStore } from './ramais/file-store.ts'
import { createRamalControl } from './ramais/ramal-control.ts'
import { createSourceTracker } from './ramais/source-status.ts'
import { startRamais, type RunningRamais } from './ramais/start-ramais.ts'
import { createVoiceBox } from './speech/voice-box.ts'
import type { DaemonView, Snapshot } from './status.ts'
import { createStatusBoard } from './status-board.ts'
import { warmVoices } from './warm-voices.ts'

export type DaemonOptions = {
  settings: Settings
  /** What the settings' reader wants to be said at start. */
  notices?: readonly string[]
  log: Log
  version: string
  /** Imports a plugin by name: core cannot, where the package manager is strict. */
  resolve(name: string): Promise<unknown>
}

/** A doorman at work. Disposing stops at once; `drain` is the polite way. */
export interface Daemon extends DaemonView, AsyncDisposable {
  readonly apiUrl: string
  /** The connection string of the database that ramais come from, with its password; null where there is none. */
  readonly databaseUrl: string | null
  /**
   * Takes no new visitors (their connections are reset, so that Asterisk's dialplan rings a human), waits for the
   * live calls up to `settings.call.drainSeconds`, then apologises and hangs up. A second call hurries. Resolves
   * when everything is closed.
   */
  drain(): Promise<void>
}

/** Starts everything, or nothing: rejects with a ConfigError that says what to mend. */
export async function startDaemon(o: DaemonOptions): Promise<Daemon> {
  const { settings, log } = o
  await using started = new AsyncDisposableStack()
  const stopping = new AbortController()
  const { signal } = stopping
  const events = createEventLog()
  const startedAt = new Date().toISOString()
  let state: Snapshot['state'] = 'starting'
  const running = Promise.withResolvers<RunningRamais>()
  let ramais: RunningRamais | null = null

  const plugins = started.use(await loadPlugins({ ...o, signal, dataDir: settings.dataDir }))
  started.defer(() => stopping.abort())
  const voices = neededProviders(plugins)
  const store = plugins.ramais ?? createFileStore(join(settings.dataDir, 'ramais_config.json'))
  const directory = await openDirectory(plugins.directory, {
    dataDir: settings.dataDir,
    hints: settings.hints,
    servedCondominiums: () => ramais?.condominiums() ?? new Set(),
  })
  for (const notice of [...(o.notices ?? []), ...directory.notices]) log.warn({}, notice)
  if (plugins.dialer !== null) {
    log.warn(
      {},
      'a dialer is configured, but this version dials nobody: it waits for the resident’s leg',
    )
  }

  const onChange = (): void => board.changed()
  const alarms = createAlarms({ events, log, onChange })
  const source = started.use(
    createSourceTracker({
      kind: settings.ramais,
      place: store.place,
      link: store.watch === undefined ? 'none' : 'lost',
      events,
      alarms,
      onChange,
    }),
  )
  const providers = started.use(watchProviders({ providers: plugins, events, alarms, onChange }))
  const history = store.history ?? null
  const calls = started.use(
    keepCalls({ history, dataDir: settings.dataDir, events, alarms, onChange, signal, log }),
  )
  const condominiums = createCondominiums({ settings, log })
  const voiceBox = started.use(createVoiceBox({ tts: voices.tts, log }))
  const pacer = started.use(createPacer())
  const sendQueues = started.use(createSendQueueWatch({ log }))
  const switchboard = createSwitchboard(
    {
      stt: plugins.stt,
      voiceBox,
      dialogue: voices.dialogue,
      firstProviders: firstOf(settings),
      directory: directory.directory,
      detector: await loadVoiceDetector(),
      clock: monotonic,
      events,
      condominium: (id) => condominiums.of(id),
      silenceMs: settings.silenceMs,
      call: settings.call,
      log,
    },
    { ...calls, onChange },
  )
  const board = started.use(
    createStatusBoard(() => ({
      state,
      started_at: startedAt,
      version: o.version,
      providers: {
        stt: namesOf(settings.stt),
        tts: namesOf(settings.tts),
        dialogue: namesOf(settings.dialogue),
      },
      provider_health: providers.list(),
      source: source.view(),
      alarms: alarms.list(),
      ramais: ramais?.list() ?? [],
      counters: switchboard.counters,
      calls: switchboard.live(),
    })),
  )
  const view: DaemonView = {
    snapshot: () => board.snapshot(),
    subscribe: (listener) => board.subscribe(listener),
    calls: () => switchboard.all(),
    call: (callId) => switchboard.get(callId),
    kept: async (digits, asked) => (await history?.find?.(digits, asked)) ?? [],
    providers: plugins,
    events,
    hangup: (callId, role) => switchboard.hangup(callId, role),
    ramais: createRamalControl({ store, running: running.promise }),
  }
  const api = started.use(
    await startApi({
      ...settings.api,
      daemon: view,
      log,
      readiness: () => ({
        ready: state === 'ready',
        detail: { state, ramais: ramais?.list() ?? [] },
      }),
    }),
  )

  const warm = (ids: readonly number[]): Promise<void> =>
    warmVoices({
      voiceBox,
      condominiums: ids.map((id) => condominiums.of(id)),
      dialogue: voices.dialogue,
      canHear: plugins.stt !== null,
      signal,
      log,
    })
  const warmAgain = (event: PortariaEvent): void => {
    const isBack = event.type === 'provider' && event.kind === 'tts' && event.change === 'up'
    if (isBack) void warm([...(ramais?.condominiums() ?? [])])
  }
  started.defer(events.subscribe(warmAgain))
  const reader = createCondominiumReader({
    store,
    condominiums,
    onChanged: (ids) => void warm(ids.filter((id) => ramais?.condominiums().has(id) === true)),
    signal,
    log,
  })
  const sayUnbound = (fresh: readonly number[]): void => {
    const before = ramais?.condominiums() ?? new Set<number>()
    if (before.size > 1) return
    for (const notice of directory.unbound([...before, ...fresh])) log.warn({}, notice)
  }
  ramais = started.use(
    await startRamais({
      store,
      settings,
      source,
      alarms,
      reserved: new Map([[api.port, 'the HTTP API (API_PORT)']]),
      admission: createAdmission(),
      pacer,
      sendQueues,
      switchboard,
      events,
      statisticsOf: (id) => calls.statisticsOf(id),
      async prepare(ids) {
        sayUnbound(ids)
        await reader.read()
        await warm(ids)
      },
      onCondominiums: () => void reader.read(),
      onLinked: () => calls.retryNow(),
      onGone: (id) => calls.forget(id),
      onChange,
      clock: monotonic,
      log,
    }),
  )
  running.resolve(ramais)
  state = 'ready'
  board.changed()

  const everything = started.move()
  const stop = once(() => everything.disposeAsync())
  const drainMs = settings.call.drainSeconds * 1000
  const farewell = createFarewell({ switchboard, drainMs, log })
  return {
    ...view,
    apiUrl: api.url,
    databaseUrl: store.url,
    async drain() {
      state = 'draining'
      board.changed()
      await farewell()
      await stop()
    },
    [Symbol.asyncDispose]: stop,
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => (running ??= run())
}

function firstOf({ stt, tts, dialogue }: Settings): FirstProviders {
  return { stt: stt[0] ?? null, tts: tts[0] ?? null, dialogue: dialogue[0] ?? null }
}

/** In the order in which they stand in for each other. */
function namesOf(plugins: readonly string[]): string | null {
  return plugins.length === 0 ? null : plugins.join(', ')
}
