import { setTimeout as pause } from 'node:timers/promises'
import type { Pacer } from '@portaria/core/audio/pacer'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { Decision } from '@portaria/core/events'
import { type CallReport, daemonView, legReport, type ReplyDelay } from './call-report.ts'
import { roundMs } from './figures.ts'
import type { Target } from './find-target.ts'
import { narrate } from './narrate.ts'
import { performSteps, type Stage } from './perform-steps.ts'
import { connectLeg, type LegOptions, type PhoneLeg } from './phone-leg.ts'
import { stereoWav } from './recording.ts'
import type { Step } from './step.ts'
import type { CallEvent, CallWatch } from './watch-calls.ts'

export type CallOrder = {
  readonly callId: string
  readonly target: Target
  readonly visitor: readonly Step[]
  readonly resident: readonly Step[]
  readonly sounds: ReadonlyMap<string, Int16Array>
  readonly silent: boolean
  readonly record: boolean
  readonly pacer: Pacer
  readonly watch: CallWatch | null
  /** A line for a person, and when it happened, in ms from the call's start. */
  readonly tell: (line: string, atMs: number) => void
  /** After that the phone hangs up. */
  readonly maxMs: number
  /** Aborted: the phone hangs up, and the report tells what was until then. */
  readonly signal: AbortSignal
}

/** After the visitor's leg, the resident's hears its goodbye and the daemon tidies up. */
const goodbyeMs = 10_000
const tidyMs = 2_000

type Follow = {
  readonly ringing: Promise<void>
  readonly ended: Promise<void>
  /** As the daemon told it; null while there is none. */
  readonly decision: Decision | null
  stop(): void
}

function followCall(order: CallOrder, tell: (line: string) => void): Follow {
  const ringing = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let decision: Decision | null = null
  const stop = order.watch?.follow(order.callId, (event: CallEvent) => {
    const line = narrate(event)
    if (line !== null) tell(line)
    if (event.type === 'decision') decision = event.decision
    if (event.type !== 'call') return
    if (event.state === 'ringing') ringing.resolve()
    if (event.state === 'ended') ended.resolve()
  })
  return {
    ringing: ringing.promise,
    ended: ended.promise,
    get decision() {
      return decision
    },
    stop: () => stop?.(),
  }
}

/** The daemon's last word on the call. One that has stopped meanwhile told the decision before. */
async function lastView(
  order: CallOrder,
  follow: Follow,
): Promise<{ view: unknown; note: string | null }> {
  const { api } = order.target
  if (api === null) return { view: null, note: null }
  await atMost(follow.ended, tidyMs)
  try {
    const view = await api.get(`/api/calls/${order.callId}`, AbortSignal.timeout(tidyMs))
    return { view, note: null }
  } catch (error) {
    const { decision } = follow
    return {
      view: { decision },
      note: `the daemon tells no more of this call: ${messageOf(error)}`,
    }
  }
}

/** Settles as `promise` does, or rejects as soon as `signal` aborts. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return Promise.race([promise, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', abort),
  )
}

async function atMost(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController()
  try {
    await Promise.race([promise, pause(ms, undefined, { signal: over.signal })])
  } finally {
    over.abort()
  }
}

/** Places one call and sees it through to its end. Throws ConfigError when nobody answers. */
export async function placeCall(
  order: CallOrder,
): Promise<{ report: CallReport; recording: Uint8Array | null }> {
  const { target, signal } = order
  const startMs = performance.now()
  const tell = (line: string): void => order.tell(line, performance.now() - startMs)
  const follow = followCall(order, tell)
  const legOptions = (port: number): LegOptions => ({
    hosts: target.hosts,
    port,
    uuid: order.callId,
    pacer: order.pacer,
    silent: order.silent,
    recordFromMs: order.record ? startMs : null,
    signal,
  })
  try {
    const visitor = await connectLeg(legOptions(target.port))
    tell(`call ${order.callId} to ramal ${target.ramal ?? '?'}, port ${target.port}`)
    const call = await converse(order, { visitor, follow, tell, legOptions })
    const durationMs = performance.now() - startMs
    const { view, note } = await lastView(order, follow)
    const notes = note === null ? call.notes : [...call.notes, note]
    const report = reportOf(order, { ...call, notes, visitor, durationMs, view })
    const track = visitor.track
    const recording = track === null ? null : stereoWav(track, call.resident?.track ?? null)
    return { report, recording }
  } finally {
    follow.stop()
  }
}

type Conversation = {
  readonly visitor: PhoneLeg
  readonly follow: Follow
  readonly tell: (line: string) => void
  readonly legOptions: (port: number) => LegOptions
}

type Conversed = {
  readonly resident: PhoneLeg | null
  readonly replies: readonly ReplyDelay[]
  readonly notes: readonly string[]
}

/** Performs both sides until both legs are closed. */
async function converse(order: CallOrder, o: Conversation): Promise<Conversed> {
  const { visitor, tell } = o
  const visitorOver = new AbortController()
  const residentOver = new AbortController()
  const replies: ReplyDelay[] = []
  const notes: string[] = []
  let resident: PhoneLeg | null = null

  const hangup = (): void => {
    visitor.hangup()
    resident?.hangup()
  }
  const stage: Stage = {
    leg: (role) => (role === 'visitor' ? visitor : resident),
    async connectResident(signal) {
      const { returnPort } = order.target
      if (returnPort === null)
        throw new ConfigError('the resident needs the HTTP API: name it with --url')
      await orAbort(o.follow.ringing, signal)
      resident = await connectLeg(o.legOptions(returnPort))
      tell(`the resident answers on port ${returnPort}`)
      void resident.closed.then(() => residentOver.abort())
    },
    hangup,
    sounds: order.sounds,
    replies,
    tell,
  }
  const timer = setTimeout(() => {
    notes.push(`hung up by the test phone after ${order.maxMs / 1000} s`)
    hangup()
  }, order.maxMs)
  order.signal.addEventListener('abort', hangup, { once: true })
  if (order.signal.aborted) hangup()
  void visitor.closed.then((by) => {
    tell(`the visitor's leg is closed (${by})`)
    visitorOver.abort()
    if (resident === null) residentOver.abort()
  })
  // A step that cannot be done ends the call at once, on both legs, and is told to the user.
  const endsTheCall =
    (over: AbortSignal) =>
    (error: unknown): void => {
      if (over.aborted) return
      hangup()
      throw error
    }
  try {
    await Promise.all([
      visitor.closed,
      performSteps(order.visitor, stage, visitorOver.signal).catch(endsTheCall(visitorOver.signal)),
      performSteps(order.resident, stage, residentOver.signal).catch(
        endsTheCall(residentOver.signal),
      ),
    ])
    const last = stage.leg('resident')
    if (last) await atMost(last.closed, goodbyeMs)
  } finally {
    clearTimeout(timer)
    order.signal.removeEventListener('abort', hangup)
    hangup()
  }
  return { resident: stage.leg('resident'), replies, notes }
}

function reportOf(
  order: CallOrder,
  o: Conversed & { visitor: PhoneLeg; durationMs: number; view: unknown },
): CallReport {
  const visitor = legReport(o.visitor)
  const { connect_ms, first_frame_ms, first_audible_ms, pacing } = visitor
  return {
    call_id: order.callId,
    ramal: order.target.ramal,
    ...daemonView(o.view),
    ended_by: visitor.ended_by ?? 'us',
    timings: {
      connect_ms,
      first_frame_ms,
      first_audible_ms,
      duration_ms: roundMs(o.durationMs),
      replies: o.replies,
      pacing,
    },
    legs: { visitor, resident: o.resident ? legReport(o.resident) : null },
    notes: [...order.target.notes, ...o.notes],
  }
}
