import { answer, type AnswerEvent, openQuestion } from '@portaria/core/decision/resident-answer'
import type { Language } from '@portaria/core/language'
import type { Decision } from './parse-case.ts'

/** The question is played to its end, and the resident begins to speak. */
const asked: readonly AnswerEvent[] = [
  { type: 'question-started', atMs: 0 },
  { type: 'question-ended', atMs: 1_000, complete: true },
  { type: 'onset', atMs: 2_000 },
]

/** What a call makes of one answer of a resident, who waited for the whole question and says nothing more. */
export function decide(
  said: { readonly text: string; readonly confidence: number | null },
  language: Language,
): Decision {
  const { text, confidence } = said
  const sure = confidence === null ? {} : { confidence }
  const times = { onsetMs: 2_000, endMs: 3_000, atMs: 3_500 }
  const before = asked.reduce(
    (state, event) => answer(state, event).state,
    openQuestion({ language }),
  )
  const { action, state, wakeAtMs } = answer(before, { type: 'said', text, ...sure, ...times })
  if (action === 'deny') return 'denied'
  if (action !== 'wait' || wakeAtMs === null) return 'unclear'
  // A yes is held until silence has followed it.
  const held = answer(state, { type: 'tick', atMs: wakeAtMs })
  return held.action === 'authorize' ? 'authorized' : 'unclear'
}
