import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Phrases } from '../phrases/phrases.ts'
import type { CallInfo } from '../providers/call-info.ts'
import type { Dialogue } from '../providers/dialogue.ts'
import type { Directory } from '../providers/directory.ts'
import type { CallRecord } from './call-record.ts'
import type { Leg } from './leg.ts'
import type { Patience } from './patience.ts'
import type { Spoken } from './talk.ts'
import { type FirstProviders, type TurnTrace, viewOfTurn } from './turn-trace.ts'
import type { VisitorInputs } from './visitor-inputs.ts'

/** What the parts of one call share while a visitor is attended. `signal` aborts when the call must end. */
export type Attending = {
  readonly info: CallInfo
  readonly visitor: Leg
  readonly inputs: VisitorInputs
  readonly patience: Patience
  readonly record: CallRecord
  readonly phrases: Phrases
  /** The condomínio's own first sentence, or core's. */
  readonly greeting: string
  readonly dialogue: Dialogue
  readonly directory: Directory
  readonly firstProviders: FirstProviders
  readonly clock: Clock
  readonly startedMs: number
  readonly signal: AbortSignal
  readonly log: Log
}

/** Says it to the visitor, who may interrupt. `trace`: of the turn that this replies to. */
export async function tellVisitor(
  a: Attending,
  sentences: readonly string[],
  trace: TurnTrace | null = null,
): Promise<Spoken> {
  const talk = a.visitor.mouth.talk({
    interruptible: true,
    signal: a.signal,
    onAudible() {
      if (trace !== null) trace.fillers = a.patience.fillers
      a.patience.end()
    },
  })
  if (trace !== null) trace.talk = talk.times
  for (const sentence of sentences) talk.add(sentence)
  talk.end()
  const spoken = await talk.done
  // Where the signal ended it, nobody interrupted.
  if (trace !== null) trace.bargeIn = spoken.interrupted && talk.audible && !a.signal.aborted
  return spoken
}

/** Something was to be said, and nothing of it could be: there is no voice. */
export function isMute(spoken: Spoken): boolean {
  return spoken.failed && spoken.played === '' && !spoken.interrupted
}

/** Puts a turn on record, whose reply is over. */
export function noteTurn(a: Attending, trace: TurnTrace): void {
  a.record.turn(viewOfTurn(trace, { first: a.firstProviders, nowMs: a.clock() }))
}
