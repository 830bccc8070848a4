import {
  type CallInfo,
  chosenByKey,
  type Conversation,
  type Dialogue,
  type Facts,
  type Reply,
  type Turn,
} from '@portaria/core/plugin'
import { asksToRepeat } from './asks-to-repeat.ts'
import { type DialoguePhrases, phrasesFor } from './dialogue-phrases.ts'
import { hear, type Listening, startListening } from './hear-turn.ts'

/** What the conversation remembers between turns; a reply that is aborted leaves it as it was. */
type Memory = {
  readonly listening: Listening
  /** `listening` without the last question: what counts when core asked something else in its place. */
  readonly before: Listening
  /** Turns in a row without a word that was understood. */
  readonly missed: number
  readonly lastQuestion: string | null
}

type Plan = { readonly replies: readonly Reply[]; readonly memory: Memory }

const missesBeforeKeypad = 3

/**
 * A dialogue of fixed rules: the destination first, then who and why, each at most once and only by
 * voice. Misses and homonyms of the directory are left to core.
 */
export function createRulesDialogue(): Dialogue {
  return {
    speculative: true,
    phrases: (language) => Object.values(phrasesFor(language)),
    open(call, { signal }) {
      signal.throwIfAborted()
      return Promise.resolve(createConversation(call, signal))
    },
  }
}

function createConversation(call: CallInfo, opened: AbortSignal): Conversation {
  const phrases = phrasesFor(call.language)
  const closed = new AbortController()
  let memory: Memory = {
    listening: startListening,
    before: startListening,
    missed: 0,
    lastQuestion: null,
  }
  return {
    async *reply(turn, o) {
      const signal = AbortSignal.any([opened, closed.signal, o.signal])
      const plan = planReply(turn, { memory, phrases, call })
      for (const reply of plan.replies) {
        if (signal.aborted) return
        yield reply
      }
      if (!signal.aborted) memory = plan.memory
    },
    [Symbol.asyncDispose]() {
      closed.abort()
      return Promise.resolve()
    },
  }
}

type Context = {
  readonly memory: Memory
  readonly phrases: DialoguePhrases
  readonly call: CallInfo
}

function planReply(turn: Turn, context: Context): Plan {
  switch (turn.type) {
    case 'silence':
      return say(lastQuestion(context), context.memory)
    case 'digits':
      return onDigits(turn, turn.digits, context)
    case 'said':
      return onSaid(turn, turn.text, context)
  }
}

/** `501#`, or `501` after a pause; `*` for help, `0` for a human, `#` alone to hear the question again. */
function onDigits(turn: Turn, pressed: string, { memory, phrases, call }: Context): Plan {
  if (pressed.endsWith('*')) {
    return { replies: [sayReply(call.canHear ? phrases.help : phrases.helpKeypad)], memory }
  }
  const entry = pressed.slice(pressed.lastIndexOf('*') + 1).replaceAll('#', '')
  if (entry === '0') {
    return { replies: [{ type: 'hand-over', why: 'the visitor pressed 0' }], memory }
  }
  if (!/^\d+$/u.test(entry)) return askAgain(turn, { memory, phrases, call })
  return {
    replies: [{ type: 'facts', change: chosenByKey(turn, entry), ready: true }],
    memory: { ...memory, missed: 0, listening: startListening, before: startListening },
  }
}

function onSaid(turn: Turn, text: string, context: Context): Plan {
  const { memory, phrases, call } = context
  const listening = settled(turn, memory)
  const heard = hear(text, { turn, language: call.language, listening })
  if (heard.wantsHuman) {
    return { replies: [{ type: 'hand-over', why: 'the visitor asked for a human' }], memory }
  }
  if (!heard.understood && choosesBlock(turn)) return say(phrases.askBlockAgain, memory)
  const repeats = turn.match.type === 'several' || asksToRepeat(text, call.language)
  if (!heard.understood && repeats) return askAgain(turn, context)
  const facts: Facts = { ...turn.facts, ...heard.change }
  if (!heard.understood && !knowsDestination(facts)) return notUnderstood(context, listening)
  const question = nextQuestion(facts, listening, phrases)
  const replies: Reply[] = []
  const ready = question === null
  if (Object.keys(heard.change).length > 0 || ready) {
    replies.push({ type: 'facts', change: heard.change, ready })
  }
  if (question !== null) replies.push(sayReply(question.text))
  return {
    replies,
    memory: {
      missed: 0,
      listening: question?.listening ?? listening,
      before: listening,
      lastQuestion: question?.text ?? memory.lastQuestion,
    },
  }
}

/** Where core rejected the destination, or asked for the block, our own question was never heard. */
function settled(turn: Turn, { listening, before }: Memory): Listening {
  if (turn.match.type === 'several') {
    return { ...before, expects: turn.facts.unit === null ? 'unit' : 'block' }
  }
  const refused = !knowsDestination(turn.facts) && listening.expects !== 'unit'
  return refused ? { ...before, expects: 'unit' } : listening
}

/** The last question, or core's where that was the last. */
function askAgain(turn: Turn, context: Context): Plan {
  const { memory } = context
  if (turn.match.type !== 'several') return say(lastQuestion(context), memory)
  return { replies: [{ type: 'facts', change: {}, ready: false }], memory }
}

function notUnderstood({ memory, phrases }: Context, listening: Listening): Plan {
  const missed = memory.missed + 1
  const again = missed < missesBeforeKeypad ? phrases.askUnitAgain : phrases.askUnitEitherWay
  const first = missed === 1 && memory.lastQuestion !== phrases.askUnit
  const text = first ? phrases.askUnit : again
  return say(text, { ...memory, missed, listening, before: listening })
}

/** The unit first; then who and why, what is missing of them in one question, and never again. */
function nextQuestion(
  facts: Facts,
  listening: Listening,
  phrases: DialoguePhrases,
): { text: string; listening: Listening } | null {
  if (!knowsDestination(facts)) {
    return { text: phrases.askUnit, listening: { ...listening, expects: 'unit' } }
  }
  const who = facts.visitorName === null && !listening.askedWho
  const why = facts.intentType === null && !listening.askedWhy
  if (!who && !why) return null
  const text = who && why ? phrases.askNameAndReason : who ? phrases.askName : phrases.askReason
  return {
    text,
    listening: {
      expects: who ? 'name' : 'reason',
      askedWho: listening.askedWho || who,
      askedWhy: listening.askedWhy || why,
    },
  }
}

function knowsDestination(facts: Facts): boolean {
  return facts.unit !== null || facts.residentName !== null
}

/** Before the rules asked anything, core's greeting asked for the unit. */
function lastQuestion({ memory, phrases, call }: Context): string {
  return memory.lastQuestion ?? (call.canHear ? phrases.askUnit : phrases.askUnitKeypad)
}

function choosesBlock(turn: Turn): boolean {
  return turn.match.type === 'several' && turn.facts.unit !== null
}

function say(text: string, memory: Memory): Plan {
  return { replies: [sayReply(text)], memory: { ...memory, lastQuestion: text } }
}

function sayReply(text: string): Reply {
  return { type: 'say', text }
}
