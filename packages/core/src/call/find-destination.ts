import { orAbort, orTimeout } from '../abortable.ts'
import { messageOf } from '../errors.ts'
import type { Conversation, Turn } from '../providers/dialogue.ts'
import type { Match, Unit } from '../providers/directory.ts'
import { tellVisitor, type Attending } from './attending.ts'
import { collectReply, type Replied } from './collect-reply.ts'
import { lookUpDestination, forDialogue } from './look-up-destination.ts'
import type { Input } from './visitor-inputs.ts'

/** How long a visitor may be silent before being asked again. */
const idleMs = 8_000
const repeats = 2
/** No goodbye to a silent visitor before this. */
const earliestGoodbyeMs = 30_000
/** Times that somebody who speaks on a line without ears is told to use the keypad. */
const keypadReminders = 3
const misses = 3
const mostTurns = 40
/** A dialogue that cannot be opened in this time leads to a human. */
const openTimeoutMs = 8_000

/** Where the conversation at the gate led to. */
export type Destination =
  | { type: 'unit'; unit: Unit }
  | { type: 'hand-over'; why: string }
  | { type: 'nobody' }
  | { type: 'not-found' }
  /** The dialogue ended it, with words of its own. */
  | { type: 'goodbye'; lines: readonly string[] }

type Progress = {
  match: Match
  played: string
  /** What the visitor was asked last: said again to a silent one. */
  question: readonly string[]
  silences: number
  unheard: number
  misses: number
}

/** Greets, listens and replies until the visitor's destination is known in the directory. */
export async function findDestination(a: Attending): Promise<Destination> {
  const opening = openConversation(a)
  // The greeting does not wait for the dialogue; a dialogue that fails meanwhile is heard of below.
  opening.catch(() => undefined)
  const progress = await greet(a)
  const conversation = await orAbort(opening, a.signal)
  try {
    return await converse(a, progress, conversation)
  } finally {
    void close(a, conversation)
  }
}

/** The signal that a dialogue gets is the conversation's whole life; only the opening has a limit. */
async function openConversation(a: Attending): Promise<Conversation> {
  const { signal } = a
  const opening = a.dialogue.open(a.info, { history: [], facts: a.record.facts, signal })
  try {
    return await orTimeout(opening, { ms: openTimeoutMs, what: 'opening the dialogue', signal })
  } catch (error) {
    opening.then(
      (late) => close(a, late),
      () => undefined,
    )
    throw error
  }
}

async function close(a: Attending, conversation: Conversation): Promise<void> {
  try {
    await conversation[Symbol.asyncDispose]()
  } catch (error) {
    a.log.warn({ error: messageOf(error) }, 'the dialogue could not be closed')
  }
}

async function converse(
  a: Attending,
  progress: Progress,
  conversation: Conversation,
): Promise<Destination> {
  for (let turn = 0; turn < mostTurns; turn++) {
    const input = await a.inputs.next({ idleMs: patience(a, progress), signal: a.signal })
    const destination =
      input.type === 'silence' || input.type === 'unheard'
        ? await remind(a, progress, input.type)
        : await reply(a, progress, { conversation, input })
    if (destination !== null) return destination
  }
  return { type: 'not-found' }
}

async function greet(a: Attending): Promise<Progress> {
  const question = [a.visitor.canHear ? a.phrases.askByVoice : a.phrases.askByKeypad]
  const sentences = [a.greeting, ...question]
  const spoken = await a.visitor.mouth.say(sentences, { interruptible: true, signal: a.signal })
  if (spoken.failed && !spoken.interrupted && spoken.played === '') {
    throw new Error('there is no voice: not even the greeting could be spoken')
  }
  a.record.enter('collecting')
  const match: Match = { type: 'none' }
  return { match, played: spoken.played, question, silences: 0, unheard: 0, misses: 0 }
}

function patience(a: Attending, progress: Progress): number {
  if (progress.silences < repeats) return idleMs
  return Math.max(idleMs, a.startedMs + earliestGoodbyeMs - a.clock())
}

async function remind(
  a: Attending,
  progress: Progress,
  why: 'silence' | 'unheard',
): Promise<Destination | null> {
  if (why === 'unheard' && progress.unheard < keypadReminders) {
    progress.unheard += 1
    progress.question = [a.phrases.askByKeypad]
    progress.played = await tellVisitor(a, [a.phrases.keypadOnly])
    return null
  }
  // Who and why were asked and nobody answered: the resident decides with what is known.
  if (progress.match.type === 'one') return { type: 'unit', unit: progress.match.unit }
  progress.silences += 1
  const early = a.clock() - a.startedMs < earliestGoodbyeMs
  if (progress.silences > repeats) {
    progress.silences = repeats
    return early ? null : sayGoodbye(a)
  }
  progress.played = await tellVisitor(a, [a.phrases.stillThere, ...progress.question])
  return null
}

/** Somebody who speaks up at the last moment is listened to. */
async function sayGoodbye(a: Attending): Promise<Destination | null> {
  const goodbye = [a.phrases.nobodyThere]
  const spoken = await a.visitor.mouth.say(goodbye, { interruptible: true, signal: a.signal })
  return spoken.interrupted ? null : { type: 'nobody' }
}

async function reply(
  a: Attending,
  progress: Progress,
  o: { conversation: Conversation; input: Exclude<Input, { type: 'silence' | 'unheard' }> },
): Promise<Destination | null> {
  progress.silences = 0
  const match = forDialogue(progress.match, a.record.facts)
  const turn: Turn = { facts: a.record.facts, match, played: progress.played, ...o.input }
  const replied = await collectReply(a, o.conversation, turn)
  if (replied.ending !== null) return endingOf(a, replied)
  if (replied.learned) {
    progress.match = await lookUpDestination(a, { before: progress.match, input: o.input })
  }
  return next(a, progress, replied)
}

async function endingOf(a: Attending, replied: Replied): Promise<Destination> {
  if (replied.ending?.type === 'hand-over') {
    await tellVisitor(a, replied.lines)
    return { type: 'hand-over', why: replied.ending.why }
  }
  return { type: 'goodbye', lines: replied.lines }
}

async function next(
  a: Attending,
  progress: Progress,
  replied: Replied,
): Promise<Destination | null> {
  const { match } = progress
  if (match.type === 'one' && replied.ready) return { type: 'unit', unit: match.unit }
  if (match.type === 'unknown' && ++progress.misses >= misses) return { type: 'not-found' }
  const own = replied.learned ? ownQuestion(a, match, replied) : null
  if (match.type === 'unknown') {
    a.record.learn({ unit: null, block: null, residentName: null })
    progress.match = { type: 'none' }
  }
  const lines = own ?? replied.lines
  if (lines.length > 0) progress.question = lines
  progress.played = await tellVisitor(a, progress.question)
  return null
}

/** What core itself asks: about a destination that is not there, or that is there more than once. */
function ownQuestion(a: Attending, match: Match, replied: Replied): readonly string[] | null {
  const { phrases } = a
  const byVoice = a.visitor.canHear
  if (match.type === 'unknown') return [byVoice ? phrases.unknownUnit : phrases.unknownUnitKeypad]
  if (match.type === 'several' && a.record.facts.unit !== null) {
    return [byVoice ? phrases.whichBlock : phrases.whichBlockKeypad(blocksOf(match.units))]
  }
  if (match.type === 'several' || (match.type === 'none' && replied.ready)) {
    return [byVoice ? phrases.whichUnit : phrases.whichUnitKeypad]
  }
  return null
}

function blocksOf(units: readonly Unit[]): string[] {
  return units.map((unit) => unit.block).filter((block) => block !== null)
}
