import { isMute, tellVisitor, type Attending } from './attending.ts'
import type { Destination, Progress } from './progress.ts'
import type { TurnTrace } from './turn-trace.ts'

/** After so many turns in a row that nobody could reply to, a human is asked. */
const mostFailures = 2

/** Nobody could reply to this turn: the keypad is offered once; then, or without a voice, a human takes over. */
export async function rescue(
  a: Attending,
  progress: Progress,
  o: { trace: TurnTrace; why: string; isMute: boolean },
): Promise<Destination | null> {
  progress.failures += 1
  if (!o.isMute && progress.failures < mostFailures) {
    // Whoever did something meanwhile is answered instead.
    if (a.inputs.pending !== undefined) return null
    o.trace.rescue = 'keypad'
    progress.question = [a.phrases.askByKeypad]
    const spoken = await tellVisitor(a, [a.phrases.troubleKeypad], o.trace)
    progress.played = spoken.played
    if (!isMute(spoken)) return null
  }
  o.trace.rescue = 'human'
  return { type: 'hand-over', why: o.why, sorry: true }
}
