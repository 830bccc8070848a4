import { messageOf } from '../errors.ts'
import type { Conversation } from '../providers/dialogue.ts'
import { isMute, type Attending } from './attending.ts'
import type { Destination, Progress } from './progress.ts'
import { rescue } from './rescue.ts'
import type { Speculated } from './speculation.ts'
import { SpokenReply } from './spoken-reply.ts'
import { overOf, type TurnTrace } from './turn-trace.ts'
import type { Input } from './visitor-inputs.ts'

/** A turn whose reply is not heard in this time, counted from its end, is given up; ... */
const replyLimitMs = 8_000
/** ... but after words that took long to come, somebody may still think for this long. */
const leastReplyMs = 3_000

/** An input that a dialogue replies to. */
export type Asked = Extract<Input, { type: 'said' | 'digits' }>

/** What one turn came to. `superseded`: the visitor said more before anything was heard, so that nothing was replied. */
export type Answered =
  | { readonly type: 'superseded' }
  | { readonly type: 'answered'; readonly destination: Destination | null }

export type ReplyTurn = {
  readonly conversation: Conversation
  readonly input: Asked
  readonly trace: TurnTrace
  /** The reply, where it was begun before the turn was over. */
  readonly speculated: (signal: AbortSignal) => Speculated | null
}

/** The visitor said more: what was being replied is over. */
class Superseded extends Error {}

/**
 * Has one turn replied to, sentence by sentence as the reply comes, and follows where it leads. Never fails, but when
 * the call ends: a turn that nobody can reply to in time is rescued.
 */
export async function replyToTurn(
  a: Attending,
  progress: Progress,
  o: ReplyTurn,
): Promise<Answered> {
  const { trace } = o
  const stop = new AbortController()
  const signal = AbortSignal.any([a.signal, stop.signal])
  const leftMs = Math.max(leastReplyMs, overOf(o.input) + replyLimitMs - a.clock())
  const limit = setTimeout(() => stop.abort(new Error('no reply was heard in time')), leftMs)
  const talk = a.visitor.mouth.talk({
    interruptible: true,
    signal,
    onAudible() {
      clearTimeout(limit)
      trace.fillers = a.patience.fillers
      a.patience.end()
    },
  })
  trace.talk = talk.times
  const spoken = talk.done.then((result) => {
    // After a key the reply goes on unheard: what it learns is needed.
    if (a.inputs.pending?.type === 'said') stop.abort(new Superseded())
    return result
  })
  const failed = async (why: string, mute: boolean): Promise<Answered> => {
    a.log.error({ why }, 'a turn could not be replied to')
    const destination = await rescue(a, progress, { trace, why, isMute: mute })
    return { type: 'answered', destination }
  }
  let destination: Destination | null = null
  let error: unknown = null
  try {
    destination = await new SpokenReply(a, progress, { ...o, talk, signal }).run()
    talk.end()
  } catch (thrown) {
    error = thrown
    stop.abort(thrown)
  }
  const result = await spoken
  clearTimeout(limit)
  a.signal.throwIfAborted()
  progress.played = result.played
  trace.bargeIn = result.interrupted && talk.audible
  if (!talk.audible && stop.signal.reason instanceof Superseded) return { type: 'superseded' }
  if (isMute(result)) return failed('there is no voice', true)
  if (!talk.audible && stop.signal.aborted) return failed(messageOf(stop.signal.reason), false)
  if (error !== null && !(error instanceof Superseded)) {
    a.log.error({ error: messageOf(error) }, 'a reply broke off')
  }
  progress.failures = 0
  return { type: 'answered', destination }
}
