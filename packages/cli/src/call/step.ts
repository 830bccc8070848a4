import type { Role } from '@portaria/core/events'

/** One thing that the test phone does. Times in ms. */
export type Step = { readonly where: string } & (
  | { readonly type: 'wait'; readonly ms: number }
  /** Until the doorman speaks, or the time is over. */
  | { readonly type: 'heard'; readonly leg: Role; readonly withinMs: number }
  /** Until the doorman has spoken and then been quiet for `ms`, or the time is over. */
  | { readonly type: 'quiet'; readonly leg: Role; readonly ms: number; readonly withinMs: number }
  | { readonly type: 'say'; readonly leg: Role; readonly sound: Sound }
  | { readonly type: 'digits'; readonly leg: Role; readonly digits: string }
  /** Connects the resident's leg as soon as the call rings. */
  | { readonly type: 'resident' }
  | { readonly type: 'hangup' }
)

/** What is said: a recording, or a text for the offline voice. */
export type Sound =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'text'; readonly text: string }

/** What tells one sound from another. */
export function soundKey(sound: Sound): string {
  return sound.from === 'file' ? `file ${sound.path}` : `text ${sound.text}`
}

/** How long to wait for the doorman before going on without it. */
export const patienceMs = 15_000

/** A person does not press a key in the moment the doorman begins to speak. */
const reactionMs = 300

/** Silence that tells a question's end from a pause between its sentences. */
const questionOverMs = 700

/** Digits may interrupt: they are pressed a moment after the doorman began to speak. */
export function pressSteps(leg: Role, digits: string, where: string): readonly Step[] {
  return [
    { type: 'heard', leg, withinMs: patienceMs, where },
    { type: 'wait', ms: reactionMs, where },
    { type: 'digits', leg, digits, where },
  ]
}

/** Speech waits until the doorman has finished: a yes over the question does not count. */
export function saySteps(leg: Role, sound: Sound, where: string): readonly Step[] {
  return [
    { type: 'quiet', leg, ms: questionOverMs, withinMs: patienceMs, where },
    { type: 'say', leg, sound, where },
  ]
}
