import type { Decision } from '../events.ts'
import type { AnswerStep } from './answer-state.ts'

/** What an authorisation is good for: one leg of one call on one ramal. */
export type Binding = {
  readonly callId: string
  readonly ramalId: number
  readonly legId: string
}

export interface Authorization {
  /**
   * The decision that `step` amounts to, `at` an ISO 8601 time. Authorised only for an `authorize`
   * step, with the ids that this was created for, and on the first use; denied otherwise. Any use,
   * a failed one too, spends it.
   */
  use(step: Pick<AnswerStep, 'action' | 'evidence'>, presented: Binding, at: string): Decision
}

/** The only way to an authorised decision: single use, and bound to the leg that was asked. */
export function createAuthorization(bound: Binding): Authorization {
  let spent = false
  return {
    use(step, presented, at) {
      const reason = reasonOf({ step, spent, matches: sameBinding(bound, presented) })
      spent = true
      const outcome = reason === 'resident-yes' ? 'authorized' : 'denied'
      return { outcome, reason, by: step.evidence.by, words: step.evidence.words, at }
    },
  }
}

function reasonOf(o: {
  step: Pick<AnswerStep, 'action' | 'evidence'>
  spent: boolean
  matches: boolean
}): string {
  if (o.spent) return 'authorization-spent'
  if (!o.matches) return 'authorization-mismatch'
  switch (o.step.action) {
    case 'authorize':
      return o.step.evidence.by === 'timeout' ? 'unclear' : 'resident-yes'
    case 'deny':
      return 'resident-no'
    case 'give-up':
      return o.step.evidence.by === 'timeout' ? 'no-answer' : 'unclear'
    case 'wait':
    case 'explain':
    case 'repeat':
      return 'unclear'
  }
}

function sameBinding(a: Binding, b: Binding): boolean {
  return a.callId === b.callId && a.ramalId === b.ramalId && a.legId === b.legId
}
