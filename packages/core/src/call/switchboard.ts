import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import type { Role } from '../events.ts'
import type { Log } from '../log.ts'
import { phrasesIn } from '../phrases/phrases.ts'
import type { Ramal } from '../ramais/ramal.ts'
import type { CallView, Counters } from '../status.ts'
import { startCall, type Call, type Ending } from './call.ts'
import type { CallDeps, Condominium } from './call-deps.ts'
import { createLeg } from './leg.ts'

const endedKeptMs = 3_600_000
const endedKept = 1_000

type Ended = { view: CallView; ending: Ending; atMs: number }

/** Knows every call by its UUID: connects legs to calls, and remembers the ended ones for an hour. */
export interface Switchboard {
  visitorArrived(connection: AudioSocketConnection, ramal: Ramal): void
  residentArrived(connection: AudioSocketConnection, ramal: Ramal): void
  /** Live calls, oldest first. */
  live(): readonly CallView[]
  /** Live and ended calls, newest first. */
  all(): readonly CallView[]
  get(callId: string): CallView | undefined
  callsOn(ramalId: number): number
  hangup(callId: string, role: Role): 'ok' | 'unknown-call' | 'no-leg'
  readonly counters: Counters
  /** From now on new visitors are reset, so that Asterisk's dialplan rings a human. */
  refuseNewCalls(): void
  /** Resolves when no call is live. */
  idle(): Promise<void>
  /** Ends every live call with an apology. */
  shutDown(): void
}

export function createSwitchboard(deps: CallDeps, onChange: () => void): Switchboard {
  const live = new Map<string, Call>()
  const ended = new Map<string, Ended>()
  const counters = { calls_total: 0, authorized: 0, denied: 0, abandoned: 0 }
  let refusing = false

  const finish = (call: Call, ending: Ending): void => {
    live.delete(call.callId)
    const view = call.view()
    if (view.decision === null) {
      if (view.end_reason === 'abandoned') counters.abandoned += 1
    } else {
      counters[view.decision.outcome] += 1
    }
    const nowMs = deps.clock()
    ended.set(call.callId, { view, ending, atMs: nowMs })
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
    visitorArrived(connection, ramal) {
      const { uuid } = connection
      const log = logOf(connection, ramal)
      const running = live.get(uuid)
      const ending = running?.ending ?? recall(uuid)?.ending ?? null
      if (ending !== null) return tellEnding(connection, log, ending)
      if (running !== undefined) return refuse(connection, log, 'this call has a visitor already')
      if (refusing) return tellEnding(connection, log, 'let-go')
      counters.calls_total += 1
      const call = startCall({ connection, ramal, deps, onChange })
      live.set(uuid, call)
      onChange()
      void call.ended.then((ending) => finish(call, ending))
    },
    residentArrived(connection, ramal) {
      const log = logOf(connection, ramal)
      const call = live.get(connection.uuid)
      const view = call?.view() ?? recall(connection.uuid)?.view
      if (view === undefined) return refuse(connection, log, 'no call has this UUID')
      if (view.ramal !== ramal.ramal_ia) {
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
    callsOn: (ramalId) => [...live.values()].filter((call) => call.ramal.id === ramalId).length,
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
    hints: [],
    onSaid() {},
    onClosed() {},
  })
  const phrases = phrasesIn(o.language)
  void leg.mouth
    .say([phrases.tooLate, phrases.residentGoodbye], { interruptible: false, signal: leg.signal })
    .then(() => leg.hangup())
}
