import { join } from 'node:path'
import { startApi } from './api/start-api.ts'
import { createPacer } from './audio/pacer.ts'
import { loadVoiceDetector } from './audio/voice-detector.ts'
import { createAdmission } from './audiosocket/admission.ts'
import { createSendQueueWatch } from './audiosocket/send-queue-watch.ts'
import type { Condominium } from './call/call-deps.ts'
import { createSwitchboard, type Switchboard } from './call/switchboard.ts'
import { monotonic } from './clock.ts'
import type { Settings } from './config/config.ts'
import { createDirectory } from './directory/create-directory.ts'
import { loadDirectory, unboundNotices } from './directory/load-directory.ts'
import { ConfigError, ProviderError } from './errors.ts'
import { createEventLog } from './events.ts'
import type { Log } from './log.ts'
import { loadPlugins } from './plugins/load-plugins.ts'
import type { Directory } from './providers/directory.ts'
import { loadRamais } from './ramais/read-ramais-file.ts'
import { startRamais, type RunningRamais } from './ramais/start-ramais.ts'
import { createVoiceBox } from './speech/voice-box.ts'
import type { DaemonView, Snapshot } from './status.ts'
import { createStatusBoard } from './status-board.ts'
import { warmVoices } from './warm-voices.ts'

/** How long calls may take to say goodbye when the daemon stops. */
const farewellMs = 10_000

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
  started.defer(() => stopping.abort())
  const events = createEventLog()
  const startedAt = new Date().toISOString()
  const phase: { state: Snapshot['state']; ramais: RunningRamais | null } = {
    state: 'starting',
    ramais: null,
  }

  const plugins = started.use(
    await loadPlugins({ ...o, signal: stopping.signal, dataDir: settings.dataDir }),
  )
  const { tts, dialogue } = plugins
  if (tts === null) {
    throw new ConfigError(
      'tts: there must be a voice, or every call would be silent: set tts to "espeak" or another plugin',
    )
  }
  if (dialogue === null) {
    throw new ConfigError(
      'dialogue: there must be one, or no visitor is understood: set dialogue to "rules" or another plugin',
    )
  }
  const rows = await loadRamais(join(settings.dataDir, 'ramais_config.json'))
  const condominiums = [...new Set(rows.ramais.map((ramal) => ramal.condominio_id))]
  const directory = await openDirectory(o, plugins.directory, condominiums)
  for (const notice of [...(o.notices ?? []), ...rows.notices, ...directory.notices]) {
    log.warn({}, notice)
  }

  if (plugins.dialer !== null) {
    log.warn(
      {},
      'a dialer is configured, but this version dials nobody: it waits for the resident’s leg',
    )
  }
  const voiceBox = started.use(createVoiceBox({ tts, log }))
  const pacer = started.use(createPacer())
  const sendQueues = started.use(createSendQueueWatch({ log }))
  const condominium = (id: number): Condominium => condominiumOf(settings, id)
  const switchboard = createSwitchboard(
    {
      stt: plugins.stt,
      voiceBox,
      dialogue,
      directory: directory.directory,
      detector: await loadVoiceDetector(),
      clock: monotonic,
      events,
      condominium,
      silenceMs: settings.silenceMs,
      call: settings.call,
      log,
    },
    () => board.changed(),
  )
  const board = started.use(
    createStatusBoard(() => ({
      state: phase.state,
      started_at: startedAt,
      version: o.version,
      providers: { stt: settings.stt, tts: settings.tts, dialogue: settings.dialogue },
      source: {
        kind: settings.ramais,
        place: join(settings.dataDir, 'ramais_config.json'),
        link: 'none',
        link_since: startedAt,
        why: null,
        serving: 'source',
        last_read_at: startedAt,
        hints: { changed: 0, doubt: 0, ignored: 0 },
      },
      alarms: [],
      ramais: phase.ramais?.list() ?? [],
      counters: switchboard.counters,
      calls: switchboard.live(),
    })),
  )
  const view: DaemonView = {
    snapshot: () => board.snapshot(),
    subscribe: (listener) => board.subscribe(listener),
    calls: () => switchboard.all(),
    call: (callId) => switchboard.get(callId),
    events,
    hangup: (callId, role) => switchboard.hangup(callId, role),
    ramais: {
      refresh: () => Promise.reject(new ProviderError('ramais', 'not ready yet')),
      configured: () => Promise.reject(new ProviderError('ramais', 'not ready yet')),
      restart: () => Promise.resolve('unknown'),
      edit: null,
    },
  }
  const api = started.use(
    await startApi({
      ...settings.api,
      daemon: view,
      log,
      readiness: () => ({
        ready: phase.state === 'ready',
        detail: { state: phase.state, ramais: phase.ramais?.list() ?? [] },
      }),
    }),
  )
  await warmVoices({
    voiceBox,
    condominiums: condominiums.map(condominium),
    dialogue,
    canHear: plugins.stt !== null,
    signal: stopping.signal,
    log,
  })
  phase.ramais = started.use(
    await startRamais({
      rows,
      settings,
      admission: createAdmission(),
      pacer,
      sendQueues,
      switchboard,
      events,
      log,
    }),
  )
  phase.state = 'ready'
  board.changed()

  const running = started.move()
  const stop = once(() => running.disposeAsync())
  const farewell = createFarewell({ switchboard, settings, log })
  return {
    ...view,
    apiUrl: api.url,
    async drain() {
      phase.state = 'draining'
      board.changed()
      await farewell()
      await stop()
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function openDirectory(
  o: DaemonOptions,
  plugin: Directory | null,
  condominiums: readonly number[],
): Promise<{ directory: Directory; notices: readonly string[] }> {
  if (plugin !== null) return { directory: plugin, notices: [] }
  const file = await loadDirectory(join(o.settings.dataDir, 'apartamentos.json'))
  return {
    directory: createDirectory({
      entries: file.entries,
      servedCondominiums: () => condominiums,
    }),
    notices: [...file.notices, ...unboundNotices(file.entries, condominiums)],
  }
}

function condominiumOf(settings: Settings, id: number): Condominium {
  const own = settings.condominiums[String(id)] ?? {}
  return {
    name: own.name ?? null,
    language: own.language ?? settings.language,
    voice: own.voice ?? {},
    greeting: own.greeting ?? null,
  }
}

/** Lets calls finish up to the limit, then ends them; the second call does not wait. */
function createFarewell(o: {
  switchboard: Switchboard
  settings: Settings
  log: Log
}): () => Promise<void> {
  const hurry = Promise.withResolvers<void>()
  let begun: Promise<void> | null = null
  const run = async (): Promise<void> => {
    o.switchboard.refuseNewCalls()
    const live = o.switchboard.live().length
    if (live > 0) o.log.info({ calls: live }, 'waiting for calls to end')
    const idle = o.switchboard.idle()
    await within(Promise.race([idle, hurry.promise]), o.settings.call.drainSeconds * 1000)
    o.switchboard.shutDown()
    await within(idle, farewellMs)
  }
  return () => {
    if (begun !== null) hurry.resolve()
    begun ??= run()
    return begun
  }
}

/** Resolves with the promise or when the time is over, and leaves no timer behind. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  await Promise.race([promise, over.promise])
  clearTimeout(timer)
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => (running ??= run())
}
