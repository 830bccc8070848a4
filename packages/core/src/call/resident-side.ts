import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import { endpointSilenceMs } from '../decision/answer-state.ts'
import { createAuthorization } from '../decision/authorization.ts'
import type { Decision } from '../events.ts'
import { phrasesIn, type Phrases } from '../phrases/phrases.ts'
import type { Unit } from '../providers/directory.ts'
import type { Ramal } from '../ramais/ramal.ts'
import { askResident } from './ask-resident.ts'
import type { CallDeps, Condominium } from './call-deps.ts'
import type { CallRecord } from './call-record.ts'
import { createLeg, type Leg, type LegOptions } from './leg.ts'
import { ringResident } from './ring-resident.ts'

/** The resident's half of a call: it waits for a leg on the return port, asks, and tells what was decided. */
export interface ResidentSide {
  /** False: nobody waits for a resident, so the leg must be refused. */
  arrived(connection: AudioSocketConnection): boolean
  /** Rings, asks and decides, once. The decision is on record before it resolves; rejects when aborted. */
  decide(unit: Unit, signal: AbortSignal): Promise<Decision>
  /** Ends the leg when it has heard what became of the visit; `visitorLeft` where that is what became of it. */
  leave(visitorLeft: boolean): Promise<void>
  cut(): boolean
}

type Options = Pick<
  LegOptions,
  'language' | 'voice' | 'stt' | 'voiceBox' | 'detector' | 'clock' | 'log'
> & {
  callId: string
  ramal: Ramal
  condominium: Condominium
  record: CallRecord
  deps: CallDeps
}

export function createResidentSide(o: Options): ResidentSide {
  const { record } = o
  const phrases = phrasesIn(o.language)
  let waiting: ((leg: Leg) => void) | null = null
  let leg: Leg | null = null
  let told: Promise<unknown> | null = null

  const open = (connection: AudioSocketConnection): Leg => {
    const opened = createLeg({
      ...o,
      connection,
      role: 'resident',
      silenceMs: endpointSilenceMs,
      onSaid: (text, interrupted) => record.said('resident', text, interrupted),
      onClosed: (reason) => {
        o.log.info({ reason, return_port: connection.localPort }, 'the resident’s leg ended')
        record.legEnded('resident', reason)
      },
    })
    record.legConnected('resident', opened.peer, () => opened.rate)
    o.log.info({ peer: opened.peer, return_port: connection.localPort }, 'the resident answered')
    return opened
  }

  const tell = (sentence: string): void => {
    if (leg === null) return
    const { mouth, signal } = leg
    told = mouth.say([sentence, phrases.residentGoodbye], { interruptible: false, signal })
  }

  const ask = async (asked: Leg, signal: AbortSignal): Promise<Decision> => {
    record.enter('deciding')
    const bound = { callId: o.callId, ramalId: o.ramal.id, legId: asked.id }
    const authorization = createAuthorization(bound)
    const answered = await askResident({
      leg: asked,
      record,
      phrases,
      language: o.language,
      condominiumName: o.condominium.name,
      visit: record.facts,
      clock: o.clock,
      signal,
    })
    if (answered === 'hung-up') return deniedWithoutAnswer('resident-hung-up', 'hangup')
    if (answered === 'voice-failed') return deniedWithoutAnswer('voice-failed', 'error')
    const presented = { ...bound, legId: leg?.id ?? '' }
    return authorization.use(answered, presented, new Date().toISOString())
  }

  return {
    arrived(connection) {
      if (waiting === null) return false
      leg = open(connection)
      waiting(leg)
      return true
    },
    async decide(unit, signal) {
      o.log.info({ unit: unit.number, block: unit.block }, 'waiting for the resident')
      const rung = await ringResident<Leg>({
        attempts: o.deps.call.ringAttempts,
        ringMs: o.deps.call.ringSeconds * 1000,
        waitForResident: (wait) =>
          waitForLeg(wait, (taker) => {
            waiting = taker
          }),
        signal,
      })
      const decision =
        rung.type === 'answered'
          ? await ask(rung.leg, signal)
          : deniedWithoutAnswer('no-answer', 'timeout')
      record.decide(decision)
      o.log.info({ decision }, 'decided')
      tell(sentenceFor(decision, phrases))
      return decision
    },
    async leave(visitorLeft) {
      if (leg === null || leg.signal.aborted) return
      if (told === null) tell(visitorLeft ? phrases.visitorLeft : phrases.tooLate)
      await told
      await leg.hangup()
    },
    cut() {
      if (leg === null || leg.signal.aborted) return false
      leg.cut()
      return true
    },
  }
}

function deniedWithoutAnswer(reason: string, by: Decision['by']): Decision {
  return { outcome: 'denied', reason, by, words: null, at: new Date().toISOString() }
}

/** The next leg that arrives, or null when none did in time; rejects when the signal aborts. */
function waitForLeg(
  o: { ms: number; signal: AbortSignal },
  take: (taker: ((leg: Leg) => void) | null) => void,
): Promise<Leg | null> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer)
      o.signal.removeEventListener('abort', abort)
      take(null)
    }
    const abort = (): void => {
      finish()
      reject(o.signal.reason as Error)
    }
    const timer = setTimeout(() => {
      finish()
      resolve(null)
    }, o.ms)
    if (o.signal.aborted) return abort()
    o.signal.addEventListener('abort', abort, { once: true })
    take((leg) => {
      finish()
      resolve(leg)
    })
  })
}

function sentenceFor(decision: Decision, phrases: Phrases): string {
  if (decision.outcome === 'authorized') return phrases.residentAuthorized
  return decision.reason === 'resident-no' ? phrases.residentDenied : phrases.residentUnclear
}
