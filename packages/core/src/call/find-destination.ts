import { orAbort, orTimeout } from '../abortable.ts'
import { messageOf } from '../errors.ts'
import type { Conversation } from '../providers/dialogue.ts'
import { isMute, tellVisitor, type Attending } from './attending.ts'
import { Conversing } from './conversing.ts'
import type { Destination, Progress } from './progress.ts'

/** A dialogue that cannot be opened in this time leads to a human. */
const openTimeoutMs = 8_000

/** Greets, listens and replies until the visitor's destination is known in the directory. */
export async function findDestination(a: Attending): Promise<Destination> {
  const opening = openConversation(a)
  // The greeting does not wait for the dialogue; a dialogue that fails meanwhile is heard of below.
  opening.catch(() => undefined)
  const progress = await greet(a)
  const conversation = await orAbort(opening, a.signal)
  try {
    using conversing = new Conversing(a, progress, conversation)
    return await conversing.run()
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

async function greet(a: Attending): Promise<Progress> {
  const question = [a.visitor.canHear ? a.phrases.askByVoice : a.phrases.askByKeypad]
  const spoken = await tellVisitor(a, [a.greeting, ...question])
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
