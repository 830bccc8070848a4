import type { Phrases } from '../phrases/phrases.ts'
import { isMute, noteTurn, tellVisitor, type Attending } from './attending.ts'
import { type HandOver, noVoice } from './progress.ts'
import type { TurnTrace } from './turn-trace.ts'
import { asksForHuman, type Input } from './visitor-inputs.ts'

/** The visitor hears that the line is alive this often. */
const reassureMs = 12_000
/** ... and this soon when nothing was heard of what they were told. */
const tellAgainMs = 2_000

/** Waits for the legs that answer on the ramal's return port. Resolves null when nobody did in time. */
export type WaitForResident<L> = (o: { ms: number; signal: AbortSignal }) => Promise<L | null>

/** What the visitor is told first; `trace`: of the turn that it replies to. */
type Company = { readonly sentences: readonly string[]; readonly trace: TurnTrace | null }

/** Keeps the visitor company while `work` goes on; `0` ends it and asks for a human. */
export async function keepCompany<T>(
  a: Attending,
  first: Company,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | HandOver> {
  const over = new AbortController()
  const signal = AbortSignal.any([a.signal, over.signal])
  const company = hold({ ...a, signal }, first)
  const working = work(signal)
  await Promise.race([company, working]).catch(() => undefined)
  over.abort(new Error('the visitor need not wait any longer'))
  const [kept, worked] = await Promise.allSettled([company, working])
  // Work that was done when the key was pressed stays done.
  if (worked.status === 'fulfilled') return worked.value
  if (kept.status === 'fulfilled') return kept.value
  a.signal.throwIfAborted()
  throw worked.reason
}

async function hold(a: Attending, { sentences, trace }: Company): Promise<HandOver> {
  const spoken = await tellVisitor(a, sentences, trace)
  if (trace !== null) noteTurn(a, trace)
  // Then the resident could not be asked either.
  if (spoken.failed) return noVoice
  let { played } = spoken
  for (;;) {
    const idleMs = played === '' ? tellAgainMs : reassureMs
    const input = await a.inputs.next({ idleMs, signal: a.signal })
    if (asksForHuman(input)) return { type: 'hand-over', why: 'the visitor pressed 0' }
    const sentence = sentenceFor(input, a.phrases)
    if (sentence === null) continue
    const told = await tellVisitor(a, [sentence])
    if (isMute(told)) return noVoice
    played = told.played
  }
}

function sentenceFor(input: Input, phrases: Phrases): string | null {
  if (input.type === 'silence') return phrases.stillCalling
  return input.type === 'digits' && input.digits === '*' ? phrases.keypadHelpWaiting : null
}

/** Waits for the resident's leg, attempt by attempt. */
export async function ringResident<L>(o: {
  attempts: number
  ringMs: number
  waitForResident: WaitForResident<L>
  signal: AbortSignal
}): Promise<{ type: 'answered'; leg: L } | { type: 'no-answer' }> {
  for (let attempt = 1; attempt <= o.attempts; attempt++) {
    const leg = await o.waitForResident({ ms: o.ringMs, signal: o.signal })
    if (leg !== null) return { type: 'answered', leg }
  }
  return { type: 'no-answer' }
}
