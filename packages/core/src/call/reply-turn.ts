import { messageOf } from '../errors.ts'
import type { Conversation } from '../providers/dialogue.ts'
import { GivenUp } from '../providers/given-up.ts'
import { isMute, type Attending } from './attending.ts'
import type { Destination, Progress } from './progress.ts'
import { rescue } from './rescue.ts'
import type { Speculated } from './speculation.ts'
import { SpokenReply } from './spoken-reply.ts'
import { overOf, type TurnTrace } from './turn-trace.ts'
import { asksForHuman, type Input } from './visitor-inputs.ts'

/** A turn whose reply is not heard in this time, counted from its end, is given up; ... */
const replyLimitMs = 8_000
/** ... but after words that took long to come, somebody may still think for this long. */
const leastReplyMs = 3_000
const lookAgainMs = 250

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

/** The visitor said more, or asked for a human: what was being replied is over. */
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
  const limit = createLimit(() => {
    // What has a sound, but waits for the visitor to be quiet, is not late.
    if (talk.sounding) return limit.set(lookAgainMs)
    stop.abort(new GivenUp(`no ${talk.audible ? 'more of a ' : ''}reply was heard in time`))
  })
  const talk = a.visitor.mouth.talk({
    interruptible: true,
    signal,
    onAudible() {
      limit.clear()
      trace.fillers = a.patience.fillers
      a.patience.end()
    },
    onDry() {
      a.patience.goOn(a.clock())
      limit.set(replyLimitMs)
    },
  })
  const usualLimit = (): void =>
    limit.set(Math.max(leastReplyMs, overOf(o.input) + replyLimitMs - a.clock()))
  usualLimit()
  trace.talk = talk.times
  const supersede = (input: Input | undefined): void => {
    // A reply to keys goes on unheard, as after a key: what it learns is needed.
    const isMore = input?.type === 'said' && o.input.type === 'said'
    if (isMore || asksForHuman(input)) stop.abort(new Superseded())
  }
  supersede(a.inputs.pending)
  const unwatch = a.inputs.watch(supersede)
  let destination: Destination | null = null
  let error: unknown = null
  // Nor is one waited for without end that nobody hears any more.
  const spoken = talk.done.finally(usualLimit)
  try {
    destination = await new SpokenReply(a, progress, { ...o, talk, signal }).run()
    talk.end()
  } catch (thrown) {
    error = thrown
    // What is being said is said to its end.
    if (talk.audible) talk.end()
    else stop.abort(thrown)
  }
  const result = await spoken
  limit.clear()
  unwatch()
  a.signal.throwIfAborted()
  progress.played = result.played
  const isSuperseded = stop.signal.reason instanceof Superseded
  trace.bargeIn = result.interrupted && talk.audible && (isSuperseded || !stop.signal.aborted)
  if (isSuperseded && !talk.audible) return { type: 'superseded' }
  const fault: unknown = stop.signal.reason ?? error
  // Where the reply led somewhere, that is followed though its words were late.
  const isFailed = (fault !== null && destination === null) || isMute(result)
  if (isFailed && !isSuperseded) {
    const why = fault === null ? 'there is no voice' : messageOf(fault)
    a.log.error({ why }, 'a turn could not be replied to')
    destination = await rescue(a, progress, { trace, why, isMute: isMute(result) })
    return { type: 'answered', destination }
  }
  progress.failures = 0
  return { type: 'answered', destination }
}

/** One timer, which may be set anew. */
function createLimit(onOver: () => void): { set(ms: number): void; clear(): void } {
  let timer: NodeJS.Timeout | undefined
  return {
    set(ms) {
      clearTimeout(timer)
      timer = setTimeout(onOver, ms)
    },
    clear: () => clearTimeout(timer),
  }
}
