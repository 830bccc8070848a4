import type { Clock } from '../clock.ts'
import {
  answer,
  openQuestion,
  type AnswerEvent,
  type AnswerStep,
} from '../decision/resident-answer.ts'
import type { Language } from '../language.ts'
import type { Phrases, Visit } from '../phrases/phrases.ts'
import type { CallRecord } from './call-record.ts'
import type { Transcript } from './hearing.ts'
import type { Leg, SpokenTurn } from './leg.ts'
import { viewOfAnswer } from './turn-trace.ts'

/** People say "alô" when they pick up: the doorman begins after this, or when they have finished. */
const pickupSilenceMs = 1_000
const longestPickupMs = 2_500
/** Times that somebody who speaks on a line without ears is told to use the keypad. */
const keypadReminders = 3

/** What the resident's leg came to. Only `decision/` says what counts as which. */
export type ResidentAnswer = Pick<AnswerStep, 'action' | 'evidence'> | 'hung-up' | 'voice-failed'

export type AskResident = {
  leg: Leg
  record: CallRecord
  phrases: Phrases
  language: Language
  condominiumName: string | null
  visit: Visit
  clock: Clock
  /** Aborts when the visitor is gone: then nothing that the resident says counts any more. */
  signal: AbortSignal
}

/** Tells the resident who is at the door and why, and asks until there is an answer. */
export async function askResident(o: AskResident): Promise<ResidentAnswer> {
  const settled = Promise.withResolvers<ResidentAnswer>()
  const asking = createAsking(o, settled.resolve)
  const leave = (): void => settled.resolve('hung-up')
  const abort = (): void => settled.reject(o.signal.reason as Error)
  o.leg.signal.addEventListener('abort', leave, { once: true })
  o.signal.addEventListener('abort', abort, { once: true })
  try {
    o.signal.throwIfAborted()
    if (o.leg.signal.aborted) leave()
    asking.start()
    return await settled.promise
  } finally {
    asking.stop()
    o.leg.signal.removeEventListener('abort', leave)
    o.signal.removeEventListener('abort', abort)
  }
}

function createAsking(
  o: AskResident,
  settle: (answer: ResidentAnswer) => void,
): { start(): void; stop(): void } {
  let state = openQuestion({ language: o.language })
  let timer: NodeJS.Timeout | undefined
  let due: NodeJS.Immediate | undefined
  let pickup: NodeJS.Timeout | undefined
  let round = 0
  let askedMs = Infinity
  let reminders = 0
  let speaking = false
  let over = false
  const hadEars = o.leg.canHear

  const apply = (event: AnswerEvent): void => {
    if (over) return
    const step = answer(state, event)
    state = step.state
    stopClock()
    if (step.wakeAtMs !== null) {
      timer = setTimeout(readThenTick, Math.max(1, step.wakeAtMs - o.clock()))
    }
    act(step)
  }

  /** After a stall timers come first: a no that arrived meanwhile is read before silence means anything. */
  const readThenTick = (): void => {
    due = setImmediate(() => apply({ type: 'tick', atMs: o.clock() }))
  }

  const stopClock = (): void => {
    clearTimeout(timer)
    clearImmediate(due)
  }

  const act = (step: AnswerStep): void => {
    switch (step.action) {
      case 'wait':
        return
      case 'explain':
        return ask([o.phrases.whoIsIt(o.visit), shortQuestion(o)])
      case 'repeat':
        return ask([shortQuestion(o)])
      case 'authorize':
      case 'deny':
      case 'give-up':
        o.leg.mouth.interrupt()
        return settle({ action: step.action, evidence: step.evidence })
    }
  }

  const ask = (sentences: readonly string[]): void => {
    round += 1
    const mine = round
    askedMs = o.clock()
    apply({ type: 'question-started', atMs: askedMs })
    void o.leg.mouth.say(sentences, { interruptible: true, signal: o.signal }).then((spoken) => {
      if (mine !== round || over) return
      if (spoken.failed) return settle('voice-failed')
      apply({ type: 'question-ended', atMs: o.clock(), complete: !spoken.interrupted })
    })
  }

  const begin = (): void => {
    if (round > 0 || over) return
    clearTimeout(pickup)
    const { phrases } = o
    const question = o.leg.canHear ? phrases.question : phrases.questionKeypad
    ask([phrases.residentHello(o.condominiumName), phrases.atTheDoor(o.visit), question])
  }

  const heard = (turn: SpokenTurn & { transcript: Transcript }): void => {
    const { text, confidence, by = null } = turn.transcript
    const times = { endMs: turn.endMs, overMs: turn.overMs, wordsMs: o.clock() }
    o.record.turn(viewOfAnswer(text === '' ? 'unheard' : 'said', times, by))
    if (text !== '') o.record.heard('resident', text, confidence)
    const sure = confidence === undefined ? {} : { confidence }
    const { onsetMs, endMs } = turn
    // What began before this question is no answer to it: the question goes on, unless it was a no.
    if (onsetMs >= askedMs) o.leg.mouth.interrupt()
    else o.leg.mouth.resume()
    apply({ type: 'said', text, onsetMs, endMs, atMs: o.clock(), ...sure })
    begin()
  }

  /** Somebody speaks on a line without ears: that is no answer, so the keypad is offered again. */
  const unheard = (turn: Omit<SpokenTurn, 'transcript'>): void => {
    // Ears that were lost in the middle of an answer make it a doubt.
    if (hadEars) return heard({ ...turn, transcript: { text: '' } })
    apply({ type: 'false-start', atMs: o.clock() })
    const goesOn = o.leg.mouth.resume()
    if (round === 0) return begin()
    if (goesOn || o.leg.mouth.speaking || reminders >= keypadReminders) return
    reminders += 1
    ask([o.phrases.questionAgainKeypad])
  }

  o.leg.listenWith({
    digit(digit) {
      o.record.digit('resident', digit)
      apply({ type: 'digit', digit })
    },
    onset(startMs) {
      speaking = true
      apply({ type: 'onset', atMs: startMs })
    },
    falseStart() {
      speaking = false
      apply({ type: 'false-start', atMs: o.clock() })
    },
    turn({ transcript, ...turn }) {
      speaking = false
      if (transcript === null) unheard(turn)
      else heard({ ...turn, transcript })
    },
  })

  return {
    start() {
      pickup = setTimeout(() => {
        if (!speaking) return begin()
        pickup = setTimeout(begin, longestPickupMs - pickupSilenceMs)
      }, pickupSilenceMs)
    },
    stop() {
      over = true
      stopClock()
      clearTimeout(pickup)
      o.leg.mouth.interrupt()
    },
  }
}

function shortQuestion(o: AskResident): string {
  return o.leg.canHear ? o.phrases.questionAgain : o.phrases.questionAgainKeypad
}
