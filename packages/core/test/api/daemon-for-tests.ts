import { createEventLog, type EventBody } from '../../src/events.ts'
import { noStatistics } from '../../src/statistics/ramal-statistics.ts'
import { silentLog } from '../../src/log.ts'
import { type ApiOptions, startApi } from '../../src/api/start-api.ts'
import type { CallRecordRow } from '../../src/providers/call-history.ts'
import type { CallView, DaemonView, RamalControl, Snapshot } from '../../src/status.ts'
import { createFakeRamais } from './fake-ramais.ts'

export const callId = '7d0c7f5e-8d2a-4a6e-9b1c-0123456789ab'

export function callView(change: Partial<CallView> = {}): CallView {
  return {
    call_id: callId,
    ramal: '1000',
    condominio_id: 1,
    state: 'ringing',
    started_at: '2025-01-01T12:00:00.000Z',
    ended_at: null,
    end_reason: null,
    facts: { apartment_number: '501' },
    decision: null,
    transcript: [],
    legs: [],
    turns: [],
    ...change,
  }
}

const snapshot: Snapshot = {
  state: 'ready',
  started_at: '2025-01-01T11:00:00.000Z',
  version: '0.1.0',
  providers: { stt: null, tts: 'espeak', dialogue: 'rules' },
  source: {
    kind: 'file',
    place: 'data/ramais_config.json',
    link: 'none',
    link_since: '2025-01-01T11:00:00.000Z',
    why: null,
    serving: 'source',
    last_read_at: '2025-01-01T11:00:00.000Z',
    hints: { changed: 0, doubt: 0, ignored: 0 },
  },
  provider_health: [],
  alarms: [],
  ramais: [
    {
      id: 1,
      ramal_ia: '1000',
      ramal_retorno: '1001',
      ip: '127.0.0.1',
      porta_ia: 8080,
      porta_retorno: 8081,
      porta_ia_desejada: 8080,
      porta_retorno_desejada: 8081,
      condominio_id: 1,
      status: 'ativo',
      motivo: null,
      desde: '2025-01-01T11:00:00.000Z',
      calls: 1,
      statistics: noStatistics,
    },
  ],
  counters: { calls_total: 3, authorized: 1, denied: 1, abandoned: 0 },
  calls: [callView()],
}

type DaemonOptions = {
  calls?: readonly CallView[]
  keep?: number
  ramais?: RamalControl
  snapshot?: Partial<Snapshot>
  /** In the history. */
  kept?: readonly CallRecordRow[]
  keptFailure?: Error
  providers?: DaemonView['providers']
}

/** A daemon that serves the given calls; `hungUp` has the legs that it was asked to end. */
export function createTestDaemon(o: DaemonOptions = {}) {
  const calls = o.calls ?? [callView()]
  const events = createEventLog(o.keep === undefined ? {} : { keep: o.keep })
  const hungUp: string[] = []
  const daemon: DaemonView = {
    snapshot: () => ({ ...snapshot, ...o.snapshot }),
    subscribe: () => () => undefined,
    calls: () => calls,
    call: (id) => calls.find((call) => call.call_id === id),
    async kept(digits) {
      if (o.keptFailure !== undefined) throw o.keptFailure
      return (o.kept ?? []).filter((row) => row.call_id.replaceAll('-', '').startsWith(digits))
    },
    providers: o.providers ?? { health: () => [], subscribe: () => () => undefined },
    events,
    hangup(id, role) {
      if (id !== callId) return 'unknown-call'
      if (role === 'resident') return 'no-leg'
      hungUp.push(`${id} ${role}`)
      return 'ok'
    },
    ramais: o.ramais ?? createFakeRamais().ramais,
  }
  return { daemon, events, hungUp }
}

/** Such a daemon, and the real API in front of it on a free port. */
export async function startTestApi(
  o: DaemonOptions & Partial<ApiOptions> & { ready?: () => boolean } = {},
) {
  const { daemon, events, hungUp } = createTestDaemon(o)
  const api = await startApi({
    host: '127.0.0.1',
    port: 0,
    token: null,
    tls: null,
    daemon,
    log: silentLog,
    readiness: () => ({ ready: o.ready?.() ?? true, detail: { ramais: 1 } }),
    ...o,
  })
  return { ...api, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](), events, hungUp }
}

export function heard(text: string): EventBody {
  return {
    type: 'heard',
    role: 'visitor',
    text,
    call_id: callId,
    ramal: '1000',
    condominio_id: 1,
  }
}

/** The API in front of such ramais; `asked` has what reached them. */
export async function startRamaisApi(o: Parameters<typeof createFakeRamais>[0] = {}) {
  const fake = createFakeRamais(o)
  const source = { ...snapshot.source, kind: o.file === true ? 'file' : 'postgres' }
  const api = await startTestApi({ ramais: fake.ramais, snapshot: { source } })
  return { ...api, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](), asked: fake.asked }
}
