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

/** A sentence that has no sound after this never will have. */
const longestWaitMs = 8_000

/** Says it to the visitor, who may interrupt. `trace`: of the turn that this replies to; `waitMs`: for its first sound. */
export async function tellVisitor(
  a: Attending,
  sentences: readonly string[],
  trace: TurnTrace | null = null,
  waitMs = longestWaitMs,
): Promise<Spoken> {
  const late = new AbortController()
  const signal = AbortSignal.any([a.signal, late.signal])
  const talk = a.visitor.mouth.talk({
    interruptible: true,
    signal,
    onAudible() {
      if (trace !== null) trace.fillers = a.patience.fillers
      a.patience.end()
    },
  })
  // What has a sound, but waits for the visitor, is not late.
  const limit = setTimeout(() => {
    if (talk.times.soundMs === null) late.abort(new Error('the voice says nothing'))
  }, waitMs)
  if (trace !== null) trace.talk = talk.times
  for (const sentence of sentences) talk.add(sentence)
  talk.end()
  const spoken = await talk.done
  clearTimeout(limit)
  // Where the signal ended it, nobody interrupted.
  if (trace !== null) trace.bargeIn = spoken.interrupted && talk.audible && !signal.aborted
  return late.signal.aborted ? { ...spoken, interrupted: false, failed: true } : spoken
}

/** Something was to be said, and nothing of it could be: there is no voice. */
export function isMute(spoken: Spoken): boolean {
  return spoken.failed && spoken.played === '' && !spoken.interrupted
}

/** Puts a turn on record, whose reply is over. */
export function noteTurn(a: Attending, trace: TurnTrace): void {
  a.record.turn(viewOfTurn(trace, { first: a.firstProviders, nowMs: a.clock() }))
}
