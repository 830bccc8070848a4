import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import { messageOf } from '../errors.ts'
import type { Decision, Role } from '../events.ts'
import type { Log } from '../log.ts'
import { phrasesIn } from '../phrases/phrases.ts'
import type { CallInfo } from '../providers/call-info.ts'
import type { Ramal } from '../ramais/ramal.ts'
import type { CallView } from '../status.ts'
import { attendVisitor, type Visited } from './attend-visitor.ts'
import type { CallDeps } from './call-deps.ts'
import { createCallRecord } from './call-record.ts'
import { hintsOf } from './hints-of.ts'
import { createLeg, type Leg } from './leg.ts'
import { createPatience } from './patience.ts'
import { createResidentSide } from './resident-side.ts'
import { listenToVisitor, type VisitorInputs } from './visitor-inputs.ts'

/**
 * How a call ended for Asterisk's dialplan, which asks by connecting once more: `finished` is answered with 0x00,
 * `let-go` with a reset, upon which the dialplan rings a human.
 */
export type Ending = 'finished' | 'let-go'

/** One visit: the visitor's leg from its first frame, the resident's when it comes. */
export interface Call {
  readonly callId: string
  readonly ramal: Ramal
  view(): CallView
  /** A leg with this call's UUID on the return port. False: nobody waits for it. */
  residentArrived(connection: AudioSocketConnection): boolean
  /** What Asterisk is to be told of this call; null while it goes on. */
  readonly ending: Ending | null
  /** Ends one leg at once. */
  hangup(role: Role): 'ok' | 'no-leg'
  /** The daemon stops: says so and ends. */
  shutDown(): void
  /** Never rejects. */
  readonly ended: Promise<Ending>
}

export function startCall(o: {
  connection: AudioSocketConnection
  ramal: Ramal
  deps: CallDeps
  onChange: () => void
}): Call {
  const { deps, ramal } = o
  const callId = o.connection.uuid
  const log = deps.log.child({
    call_id: callId,
    ramal: ramal.ramal_ia,
    port: o.connection.localPort,
    condominio_id: ramal.condominio_id,
  })
  const record = createCallRecord({ callId, ramal, events: deps.events, onChange: o.onChange })
  const condominium = deps.condominium(ramal.condominio_id)
  const common = {
    language: condominium.language,
    voice: condominium.voice,
    stt: deps.stt,
    voiceBox: deps.voiceBox,
    detector: deps.detector,
    clock: deps.clock,
    log,
  }
  let hints: readonly string[] = []
  const visitor = createLeg({
    ...common,
    connection: o.connection,
    role: 'visitor',
    silenceMs: deps.silenceMs,
    hints: () => hints,
    onSaid: (text, interrupted) => record.said('visitor', text, interrupted),
    onClosed: (reason) => {
      log.info({ reason }, 'the visitor’s leg ended')
      record.legEnded('visitor', reason)
    },
  })
  record.legConnected('visitor', visitor.peer, () => visitor.rate)
  const { language } = condominium
  const { signal } = visitor
  const asked = { condominiumId: ramal.condominio_id, language, signal, log }
  void hintsOf(deps.directory, asked).then((known) => {
    hints = known
  })
  log.info({ peer: visitor.peer }, 'a visitor is at the gate')
  const resident = createResidentSide({ ...common, callId, ramal, condominium, record, deps })

  const ending = new AbortController()
  const stop = (reason: StopReason): void => ending.abort(reason)
  const cap = setTimeout(stop, deps.call.maxSeconds * 1000, 'too-long')
  let told: Ending | null = null
  const inputs = listenToVisitor(visitor, {
    heard: (text, confidence) => record.heard('visitor', text, confidence),
    digit: (digit) => record.digit('visitor', digit),
    clock: deps.clock,
  })

  const visit = (): Promise<Visited> => {
    const info: CallInfo = {
      callId,
      ramal: ramal.ramal_ia,
      condominiumId: ramal.condominio_id,
      condominiumName: condominium.name,
      language: condominium.language,
      canHear: visitor.canHear,
      ...(condominium.aiUrl === undefined ? {} : { aiUrl: condominium.aiUrl }),
    }
    const phrases = phrasesIn(condominium.language)
    return attendVisitor(
      {
        info,
        visitor,
        inputs,
        patience: createPatience({
          mouth: visitor.mouth,
          filler: phrases.filler,
          clock: deps.clock,
        }),
        record,
        phrases,
        greeting: condominium.greeting ?? phrases.greeting(condominium.name),
        dialogue: deps.dialogue,
        directory: deps.directory,
        firstProviders: deps.firstProviders,
        clock: deps.clock,
        startedMs: o.connection.openedMs,
        signal: AbortSignal.any([visitor.signal, ending.signal]),
        log,
      },
      (unit, signal) => resident.decide(unit, signal),
    )
  }

  const run = async (): Promise<Ending> => {
    const { reason, ending: how } = await outcomeOf(visit(), {
      decision: () => record.decision,
      visitor,
      ending: ending.signal,
      apologise: (sentence) =>
        visitor.mouth
          .say([sentence], { interruptible: false, signal: visitor.signal })
          .then(() => undefined),
      phrases: phrasesIn(condominium.language),
      log,
    })
    told = how
    record.enter('finishing')
    await Promise.all([resident.leave(reason === 'abandoned'), visitor.hangup()])
    release(cap, inputs)
    record.end(reason)
    log.info({ reason, outcome: record.decision?.outcome ?? null }, 'the call ended')
    return how
  }

  return {
    callId,
    ramal,
    view: () => record.view(),
    residentArrived: (connection) => resident.arrived(connection),
    get ending() {
      return told
    },
    hangup(role) {
      if (role === 'resident') return resident.cut() ? 'ok' : 'no-leg'
      if (visitor.signal.aborted) return 'no-leg'
      stop('operator')
      visitor.cut()
      return 'ok'
    },
    shutDown: () => stop('shutdown'),
    ended: run(),
  }
}

function release(cap: NodeJS.Timeout, inputs: VisitorInputs): void {
  clearTimeout(cap)
  inputs[Symbol.dispose]()
}

/** Why a call is ended from outside. */
type StopReason = 'too-long' | 'operator' | 'shutdown'

type Outcome = { reason: string; ending: Ending }

/** What the visit came to, in the word that status shows. A fault is told to the visitor, and leads to a human. */
async function outcomeOf(
  visit: Promise<Visited>,
  o: {
    decision: () => Decision | null
    visitor: Leg
    ending: AbortSignal
    apologise: (sentence: string) => Promise<void>
    phrases: { apology: string; restarting: string }
    log: Log
  },
): Promise<Outcome> {
  try {
    return endOf(await visit)
  } catch (error) {
    const stopped = o.ending.aborted ? (o.ending.reason as StopReason) : null
    if (o.visitor.signal.aborted) {
      const gone = stopped === 'operator' ? stopped : 'abandoned'
      o.log.debug({ error: messageOf(error) }, 'the visit ended with the visitor’s leg')
      return { reason: o.decision() === null ? gone : 'decided', ending: 'finished' }
    }
    if (stopped !== null) {
      o.log.warn({ why: stopped }, 'the call is ended early')
      await o.apologise(o.phrases.restarting)
      return { reason: stopped, ending: 'let-go' }
    }
    o.log.error({ error: messageOf(error), stack: stackOf(error) }, 'a fault ended the call')
    await o.apologise(o.phrases.apology)
    return { reason: 'error', ending: 'let-go' }
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}

function endOf(visited: Visited): Outcome {
  switch (visited.type) {
    case 'decided':
      return { reason: 'decided', ending: 'finished' }
    case 'handed-over':
      return { reason: 'handed-over', ending: 'let-go' }
    case 'nobody':
      return { reason: 'visitor-silent', ending: 'finished' }
    case 'not-found':
    case 'goodbye':
      return { reason: visited.type, ending: 'finished' }
  }
}
