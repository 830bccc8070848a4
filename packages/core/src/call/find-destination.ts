import { orAbort, orTimeout } from '../abortable.ts'
import { messageOf } from '../errors.ts'
import type { Conversation } from '../providers/dialogue.ts'
import { isMute, tellVisitor, type Attending } from './attending.ts'
import { Conversing } from './conversing.ts'
import type { Destination, Progress } from './progress.ts'
import { asksForHuman, type Input } from './visitor-inputs.ts'

/** A dialogue that cannot be opened in this time leads to a human. */
const openTimeoutMs = 8_000

/** Greets, listens and replies until the visitor's destination is known in the directory. */
export async function findDestination(a: Attending): Promise<Destination> {
  // The greeting does not wait for the dialogue; a dialogue that fails meanwhile is heard of below.
  const opening = openConversation(a)
  try {
    a.patience.begin(a.startedMs)
    const progress = await greet(a)
    const conversation = await orHuman(a, opening)
    if (conversation === null) return { type: 'hand-over', why: 'the visitor pressed 0' }
    using conversing = new Conversing(a, progress, conversation)
    return await conversing.run()
  } finally {
    a.patience.end()
    opening.then(
      (opened) => close(a, opened),
      () => undefined,
    )
  }
}

/** Waits for the dialogue; null: the visitor asked for a human meanwhile. */
async function orHuman(a: Attending, opening: Promise<Conversation>): Promise<Conversation | null> {
  const asked = Promise.withResolvers<null>()
  const look = (input: Input | undefined): void => {
    if (asksForHuman(input)) asked.resolve(null)
  }
  look(a.inputs.pending)
  const unwatch = a.inputs.watch(look)
  a.patience.goOn(a.clock())
  try {
    return await orAbort(Promise.race([opening, asked.promise]), a.signal)
  } finally {
    unwatch()
    a.patience.end()
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

async function greet(a: Attending): Promise<Progress> {
  const question = [a.visitor.canHear ? a.phrases.askByVoice : a.phrases.askByKeypad]
  // A greeting of the condomínio's own may ask already.
  const hasAsked = a.visitor.canHear && a.greeting.trimEnd().endsWith('?')
  const spoken = await tellVisitor(a, hasAsked ? [a.greeting] : [a.greeting, ...question])
  if (isMute(spoken)) throw new Error('there is no voice: not even the greeting could be spoken')
  a.record.enter('collecting')
  return {
    match: { type: 'none' },
    played: spoken.played,
    question,
    silences: 0,
    unheard: 0,
    misses: 0,
    failures: 0,
  }
}
