import { orAbort } from '../abortable.ts'
import { messageOf } from '../errors.ts'
import type { Conversation, Reply, Turn } from '../providers/dialogue.ts'
import { splitSentences } from '../speech/sentences.ts'
import { tellVisitor, type Attending } from './attending.ts'

/** A dialogue that takes longer leads to a human. */
const replyTimeoutMs = 8_000
/** The visitor hears that the line is alive when a reply takes longer than this. */
const fillerAfterMs = 1_500

/** A reply of the dialogue, gathered. */
export type Replied = {
  lines: string[]
  /** It changed the facts. */
  learned: boolean
  ready: boolean
  ending: { type: 'hand-over'; why: string } | { type: 'hangup' } | null
}

/**
 * One reply. A dialogue that fails, or says nothing for too long, leads to a human; one that ignores its signal is left
 * behind: the line is never dead, and a call never hangs on a provider.
 */
export async function collectReply(
  a: Attending,
  conversation: Conversation,
  turn: Turn,
): Promise<Replied> {
  const replied: Replied = { lines: [], learned: false, ready: false, ending: null }
  const signal = AbortSignal.any([a.signal, AbortSignal.timeout(replyTimeoutMs)])
  const filler = setTimeout(() => void tellVisitor(a, [a.phrases.filler]), fillerAfterMs)
  try {
    const parts = conversation.reply(turn, { signal })[Symbol.asyncIterator]()
    for (;;) {
      const part = await orAbort(parts.next(), signal)
      if (part.done === true) return replied
      take(a, replied, part.value)
    }
  } catch (error) {
    a.signal.throwIfAborted()
    a.log.error({ error: messageOf(error) }, 'the dialogue failed: handing over to a human')
    return { ...replied, ending: { type: 'hand-over', why: 'the dialogue failed' } }
  } finally {
    clearTimeout(filler)
  }
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
    case 'hangup':
      replied.ending ??= part
      break
  }
}
