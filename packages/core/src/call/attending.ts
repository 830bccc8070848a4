import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Phrases } from '../phrases/phrases.ts'
import type { CallInfo } from '../providers/call-info.ts'
import type { Dialogue } from '../providers/dialogue.ts'
import type { Directory } from '../providers/directory.ts'
import type { CallRecord } from './call-record.ts'
import type { Leg } from './leg.ts'
import type { VisitorInputs } from './visitor-inputs.ts'

/** What the parts of one call share while a visitor is attended. `signal` aborts when the call must end. */
export type Attending = {
  readonly info: CallInfo
  readonly visitor: Leg
  readonly inputs: VisitorInputs
  readonly record: CallRecord
  readonly phrases: Phrases
  /** The condomínio's own first sentence, or core's. */
  readonly greeting: string
  readonly dialogue: Dialogue
  readonly directory: Directory
  readonly clock: Clock
  readonly startedMs: number
  readonly signal: AbortSignal
  readonly log: Log
}

/** Says it to the visitor, who may interrupt. */
export function tellVisitor(a: Attending, sentences: readonly string[]): Promise<string> {
  return a.visitor.mouth
    .say(sentences, { interruptible: true, signal: a.signal })
    .then((spoken) => spoken.played)
}
