import { messageOf } from '../errors.ts'
import type { Conversation, Reply, Turn } from '../providers/dialogue.ts'
import type { Match, Unit } from '../providers/directory.ts'
import { splitSentences } from '../speech/sentences.ts'
import { tellVisitor, type Attending } from './attending.ts'
import { chooseBlock } from './choose-block.ts'
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
const replyTimeoutMs = 8_000

/** Where the conversation at the gate led to. */
export type Destination =
  | { type: 'unit'; unit: Unit }
  | { type: 'hand-over'; why: string }
  | { type: 'nobody' }
  | { type: 'not-found' }

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
  await using conversation = await a.dialogue.open(a.info, {
    history: [],
    facts: a.record.facts,
    signal: a.signal,
  })
  const progress = await greet(a)
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
  const played = await tellVisitor(a, [a.greeting, ...question])
  a.record.enter('collecting')
  const match: Match = { type: 'none' }
  return { match, played, question, silences: 0, unheard: 0, misses: 0 }
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
    if (!early) return { type: 'nobody' }
    progress.silences = repeats
    return null
  }
  progress.played = await tellVisitor(a, [a.phrases.stillThere, ...progress.question])
  return null
}

async function reply(
  a: Attending,
  progress: Progress,
  o: { conversation: Conversation; input: Exclude<Input, { type: 'silence' | 'unheard' }> },
): Promise<Destination | null> {
  progress.silences = 0
  const turn: Turn = {
    facts: a.record.facts,
    match: progress.match,
    played: progress.played,
    ...o.input,
  }
  const replied = await collect(a, o.conversation, turn)
  if (replied.handOver !== null) return { type: 'hand-over', why: replied.handOver }
  if (replied.hangup) return { type: 'nobody' }
  if (replied.learned) progress.match = await lookUp(a, progress, o.input)

  const { match } = progress
  if (match.type === 'one' && replied.ready) return { type: 'unit', unit: match.unit }
  if (match.type === 'unknown' && ++progress.misses >= misses) return { type: 'not-found' }
  const own = replied.learned ? ownQuestion(a, match, replied) : null
  if (match.type === 'unknown') {
    a.record.learn({ unit: null, block: null, residentName: null })
    progress.match = { type: 'none' }
  }
  progress.question = own ?? replied.lines
  progress.played = await tellVisitor(a, progress.question)
  return null
}

type Replied = {
  lines: string[]
  learned: boolean
  ready: boolean
  handOver: string | null
  hangup: boolean
}

/** One reply of the dialogue. One that fails or takes too long leads to a human: the line is never dead. */
async function collect(a: Attending, conversation: Conversation, turn: Turn): Promise<Replied> {
  const replied: Replied = {
    lines: [],
    learned: false,
    ready: false,
    handOver: null,
    hangup: false,
  }
  const signal = AbortSignal.any([a.signal, AbortSignal.timeout(replyTimeoutMs)])
  try {
    for await (const part of conversation.reply(turn, { signal })) take(a, replied, part)
  } catch (error) {
    a.signal.throwIfAborted()
    a.log.error({ error: messageOf(error) }, 'the dialogue failed: handing over to a human')
    replied.handOver = 'the dialogue failed'
  }
  return replied
}

function take(a: Attending, replied: Replied, part: Reply): void {
  switch (part.type) {
    case 'say':
      replied.lines.push(...splitSentences(part.text))
      break
    case 'facts':
      a.record.learn(part.change)
      replied.learned = true
      replied.ready = part.ready
      break
    case 'hand-over':
      replied.handOver = part.why
      break
    case 'hangup':
      replied.hangup = true
      break
  }
}

async function lookUp(a: Attending, progress: Progress, input: Input): Promise<Match> {
  if (input.type === 'digits' && progress.match.type === 'several') {
    const block = chooseBlock(progress.match.units, a.record.facts.block)
    if (block !== null) a.record.learn({ block })
  }
  const where = { condominiumId: a.info.condominiumId, signal: a.signal }
  const { facts } = a.record
  const match = await a.directory.find(facts, where)
  if (match.type !== 'unknown' || facts.unit === null || facts.block === null) return match
  // "12 B" may be the unit 12B of a building without blocks.
  return a.directory.find({ ...facts, unit: facts.unit + facts.block, block: null }, where)
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
