import type { Decision } from '../events.ts'
import type { Unit } from '../providers/directory.ts'
import { tellVisitor, type Attending } from './attending.ts'
import { findDestination } from './find-destination.ts'
import { entryTimeoutMs } from './keypad.ts'
import { keepCompany } from './ring-resident.ts'
import { asksForHuman } from './visitor-inputs.ts'

/** An apology comes from memory, or from a voice that may be what is missing: a human is not kept waiting for it. */
const lastWaitMs = 2_000

/** How a visit ended. Only a `decided` one had a resident, or somebody to be asked for. */
export type Visited =
  | { type: 'decided'; decision: Decision }
  | { type: 'handed-over'; why: string }
  | { type: 'nobody' | 'not-found' | 'goodbye' }

/** Asks the resident of `unit`, and says what was decided. */
export type Deciding = (unit: Unit, signal: AbortSignal) => Promise<Decision>

/**
 * The visit as a story: greet, find out whom it is for, "one moment", ring and ask the resident, tell the
 * visitor, goodbye. Resolves when the visitor has been told; rejects when `a.signal` aborts before a decision.
 */
export async function attendVisitor(a: Attending, decide: Deciding): Promise<Visited> {
  const destination = await findDestination(a)
  switch (destination.type) {
    case 'hand-over':
      return handOver(a, destination.why, destination.sorry)
    case 'not-found':
      await tellLast(a, [a.phrases.notFound, a.phrases.goodbye])
      return leave(a, destination.type)
    case 'nobody':
    case 'goodbye':
      return leave(a, destination.type)
    case 'unit':
  }
  a.record.enter('ringing')
  const { unit } = a.record.facts
  const waiting = [a.phrases.wait, a.phrases.calling(unit)]
  const rung = await keepCompany(
    a,
    { sentences: waiting, trace: destination.trace },
    async (signal) => ({
      type: 'decided' as const,
      decision: await decide(destination.unit, signal),
    }),
  )
  if (rung.type === 'hand-over') return handOver(a, rung.why, rung.sorry)
  if (rung.decision.reason === 'voice-failed') return handOver(a, 'there is no voice', true)
  await tellDecision(a, [outcome(a, rung.decision), a.phrases.goodbye])
  return rung
}

/** Whoever presses 0 at the last moment gets a human all the same. */
async function leave(a: Attending, type: 'nobody' | 'not-found' | 'goodbye'): Promise<Visited> {
  const { inputs, signal } = a
  while (inputs.entering || inputs.pending !== undefined) {
    const input = await inputs.next({ idleMs: entryTimeoutMs, signal })
    if (asksForHuman(input)) return handOver(a, 'the visitor pressed 0')
  }
  return { type }
}

/** `sorry`: it is our fault. */
async function handOver(a: Attending, why: string, sorry = false): Promise<Visited> {
  a.log.info({ why }, 'the visitor is handed over to a human')
  await tellLast(a, [sorry ? a.phrases.apology : a.phrases.handOver], lastWaitMs)
  return { type: 'handed-over', why }
}

/** Last words that a visitor may cut short. */
async function tellLast(a: Attending, sentences: readonly string[], waitMs?: number) {
  a.record.enter('finishing')
  await tellVisitor(a, sentences, null, waitMs)
}

/** The decision cannot be interrupted: not by the visitor, nor by a daemon that stops. */
async function tellDecision(a: Attending, sentences: readonly string[]): Promise<void> {
  a.record.enter('finishing')
  const { mouth, signal } = a.visitor
  await mouth.say(sentences, { interruptible: false, signal })
}

/** What the visitor may know: a refusal, but not whether anybody is at home. */
function outcome(a: Attending, decision: Decision): string {
  if (decision.outcome === 'authorized') return a.phrases.authorized
  return decision.reason === 'resident-no' ? a.phrases.denied : a.phrases.noAuthorization
}
