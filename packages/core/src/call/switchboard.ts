import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import type { Role } from '../events.ts'
import { callRow } from '../history/call-row.ts'
import type { Log } from '../log.ts'
import { phrasesIn } from '../phrases/phrases.ts'
import type { CallRecordRow } from '../providers/call-history.ts'
import type { Ramal } from '../ramais/ramal.ts'
import type { CallView, Counters } from '../status.ts'
import { startCall, type Call, type Ending } from './call.ts'
import type { CallDeps, Condominium } from './call-deps.ts'
import { createLeg } from './leg.ts'

const endedKeptMs = 3_600_000
const endedKept = 1_000

type Ended = { view: CallView; ramalId: number; ending: Ending; atMs: number }

/** The calls that were live on a ramal at one moment. */
export type LiveCalls = {
  readonly count: number
  /** Resolves when all of them are over. */
  readonly over: Promise<void>
  /** Ends them with an apology. */
  shutDown(): void
}

/** Knows every call by its UUID: connects legs to calls, and remembers the ended ones for an hour. */
export interface Switchboard {
  /**
   * `isClosing`: the port takes no new visitors. They are reset, so that Asterisk's dialplan rings a human; a known UUID
   * is answered all the same.
   */
  visitorArrived(connection: AudioSocketConnection, ramal: Ramal, o?: { isClosing: boolean }): void
  residentArrived(connection: AudioSocketConnection, ramal: Ramal): void
  /** Live calls, oldest first. */
  live(): readonly CallView[]
  /** Live and ended calls, newest first. */
  all(): readonly CallView[]
  get(callId: string): CallView | undefined
  /** How many are live. */
  callsOn(ramalId: number): number
  liveOn(ramalId: number): LiveCalls
  hangup(callId: string, role: Role): 'ok' | 'unknown-call' | 'no-leg'
  readonly counters: Counters
  /** From now on new visitors are reset, so that Asterisk's dialplan rings a human. */
  refuseNewCalls(): void
  /** Resolves when no call is live. */
  idle(): Promise<void>
  /** Ends every live call with an apology. */
  shutDown(): void
}

export type SwitchboardEvents = {
  onChange(): void
  onStarted(ramal: Ramal): void
  onEnded(row: CallRecordRow): void
}

export function createSwitchboard(deps: CallDeps, o: SwitchboardEvents): Switchboard {
  const onChange = (): void => o.onChange()
  const live = new Map<string, Call>()
  const ended = new Map<string, Ended>()
  const counts = new Map<number, number>()
  const counters = { calls_total: 0, authorized: 0, denied: 0, abandoned: 0 }
  let refusing = false

  const count = (ramalId: number, change: 1 | -1): void => {
    const now = (counts.get(ramalId) ?? 0) + change
    if (now === 0) counts.delete(ramalId)
    else counts.set(ramalId, now)
  }

  const finish = (call: Call, ending: Ending, startedMs: number): void => {
    live.delete(call.callId)
    count(call.ramal.id, -1)
    const view = call.view()
    if (view.decision === null) {
      if (view.end_reason === 'abandoned') counters.abandoned += 1
    } else {
      counters[view.decision.outcome] += 1
    }
    const nowMs = deps.clock()
    o.onEnded(callRow(view, { ramalId: call.ramal.id, durationMs: nowMs - startedMs }))
    ended.set(call.callId, { view, ramalId: call.ramal.id, ending, atMs: nowMs })
    for (const [callId, { atMs }] of ended) {
      if (ended.size <= endedKept && nowMs - atMs < endedKeptMs) break
      ended.delete(callId)
    }
    onChange()
  }

  const recall = (callId: string): Ended | undefined => {
    const known = ended.get(callId)
    return known !== undefined && deps.clock() - known.atMs < endedKeptMs ? known : undefined
  }

  const logOf = (connection: AudioSocketConnection, ramal: Ramal): Log =>
    deps.log.child({
      call_id: connection.uuid,
      ramal: ramal.ramal_ia,
      port: connection.localPort,
      condominio_id: ramal.condominio_id,
      peer: connection.peer,
    })
  const refuse = (connection: AudioSocketConnection, log: Log, why: string): void => {
    log.warn({}, `leg refused: ${why}`)
    connection.hangup()
  }
  /** Asterisk's dialplan asks by connecting once more: 0x00 for a finished call, a reset for one that was let go. */
  const tellEnding = (connection: AudioSocketConnection, log: Log, ending: Ending): void => {
    log.debug({ ending }, 'Asterisk asked what became of a call')
    if (ending === 'let-go') connection.reset()
    else connection.hangup()
  }

  return {
    visitorArrived(connection, ramal, { isClosing } = { isClosing: false }) {
      const { uuid } = connection
      const log = logOf(connection, ramal)
      const running = live.get(uuid)
      const ending = running?.ending ?? recall(uuid)?.ending ?? null
      if (ending !== null) return tellEnding(connection, log, ending)
      if (running !== undefined) return refuse(connection, log, 'this call has a visitor already')
      if (refusing || isClosing) return tellEnding(connection, log, 'let-go')
      counters.calls_total += 1
      const startedMs = deps.clock()
      const call = startCall({ connection, ramal, deps, onChange })
      live.set(uuid, call)
      count(ramal.id, 1)
      o.onStarted(ramal)
      onChange()
      void call.ended.then((ending) => finish(call, ending, startedMs))
    },
    residentArrived(connection, ramal) {
      const log = logOf(connection, ramal)
      const call = live.get(connection.uuid)
      const past = recall(connection.uuid)
      const view = call?.view() ?? past?.view
      if (view === undefined) return refuse(connection, log, 'no call has this UUID')
      // By id: the ramal may have got another number since the call began.
      if ((call?.ramal.id ?? past?.ramalId) !== ramal.id) {
        return refuse(connection, log, `the call is on ramal ${view.ramal}`)
      }
      if (call?.residentArrived(connection) === true) return
      const over = view.state === 'finishing' || view.state === 'ended'
      const asked = view.legs.some((leg) => leg.role === 'resident' && leg.ended_at === null)
      if (over && !asked)
        sayTooLate(connection, { ...deps, ...deps.condominium(ramal.condominio_id), log })
      else refuse(connection, log, 'this call waits for no resident')
    },
    live: () => [...live.values()].map((call) => call.view()),
    all: () =>
      [...ended.values()]
        .filter((known) => deps.clock() - known.atMs < endedKeptMs)
        .map((known) => known.view)
        .concat([...live.values()].map((call) => call.view()))
        .toSorted((a, b) => b.started_at.localeCompare(a.started_at)),
    get: (callId) => live.get(callId)?.view() ?? recall(callId)?.view,
    callsOn: (ramalId) => counts.get(ramalId) ?? 0,
    liveOn(ramalId) {
      const calls = [...live.values()].filter((call) => call.ramal.id === ramalId)
      return {
        count: calls.length,
        over: Promise.all(calls.map((call) => call.ended)).then(() => undefined),
        shutDown() {
          for (const call of calls) call.shutDown()
        },
      }
    },
    hangup: (callId, role) => live.get(callId)?.hangup(role) ?? 'unknown-call',
    get counters() {
      return { ...counters }
    },
    refuseNewCalls() {
      refusing = true
    },
    async idle() {
      while (live.size > 0) await Promise.all([...live.values()].map((call) => call.ended))
    },
    shutDown() {
      for (const call of live.values()) call.shutDown()
    },
  }
}

type TooLate = Pick<CallDeps, 'voiceBox' | 'detector' | 'clock' | 'silenceMs' | 'log'> & Condominium

/** A resident who answers when all is over is told so; nothing that they say counts. */
function sayTooLate(connection: AudioSocketConnection, o: TooLate): void {
  o.log.info({}, 'a resident answered when the call was over')
  const leg = createLeg({
    ...o,
    connection,
    role: 'resident',
    stt: null,
    onSaid() {},
    onClosed() {},
  })
  const phrases = phrasesIn(o.language)
  void leg.mouth
    .say([phrases.tooLate, phrases.residentGoodbye], { interruptible: false, signal: leg.signal })
    .then(() => leg.hangup())
}
