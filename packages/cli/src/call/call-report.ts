import type { Decision, Role } from '@portaria/core/events'
import type { FactsView, TranscriptLine } from '@portaria/core/status'
import { isRecord } from '../is-record.ts'
import { type Pacing, pacingOf, percentile, roundMs } from './figures.ts'
import type { EndedBy, PhoneLeg } from './phone-leg.ts'

/** From the end of what was said or pressed to the doorman's next sound; null when none came. */
export type ReplyDelay = {
  readonly leg: Role
  readonly after: string
  delay_ms: number | null
}

export type LegReport = {
  readonly connect_ms: number
  /** From the UUID. */
  readonly first_frame_ms: number | null
  readonly first_audible_ms: number | null
  readonly pacing: Pacing
  readonly ended_by: EndedBy | null
}

/** What `portaria call --json` prints of one call. What only the daemon knows is null without its API. */
export type CallReport = {
  readonly call_id: string
  readonly ramal: string | null
  readonly decision: Decision | null
  readonly end_reason: string | null
  readonly ended_by: EndedBy
  readonly facts: FactsView | null
  readonly timings: {
    readonly connect_ms: number
    readonly first_frame_ms: number | null
    readonly first_audible_ms: number | null
    readonly duration_ms: number
    readonly replies: readonly ReplyDelay[]
    readonly pacing: Pacing
  }
  readonly legs: { readonly visitor: LegReport; readonly resident: LegReport | null }
  readonly transcript: readonly TranscriptLine[] | null
  readonly notes: readonly string[]
}

export function legReport(leg: PhoneLeg): LegReport {
  const { hearing, connectedMs } = leg
  const since = (atMs: number | null): number | null =>
    atMs === null ? null : roundMs(atMs - connectedMs)
  return {
    connect_ms: roundMs(leg.connectMs),
    first_frame_ms: since(hearing.firstFrameMs),
    first_audible_ms: since(hearing.firstAudibleMs),
    pacing: pacingOf(hearing.gapsMs, hearing.frames),
    ended_by: leg.endedBy,
  }
}

/** The daemon's own view of the call; its types are the API's, and only handed on. */
export function daemonView(
  call: unknown,
): Pick<CallReport, 'decision' | 'end_reason' | 'facts' | 'transcript'> {
  const view = isRecord(call) ? call : {}
  const { decision, end_reason, facts, transcript } = view
  return {
    decision: isRecord(decision) ? (decision as Decision) : null,
    end_reason: typeof end_reason === 'string' ? end_reason : null,
    facts: isRecord(facts) ? facts : null,
    transcript: Array.isArray(transcript) ? (transcript as TranscriptLine[]) : null,
  }
}

export type Summary = {
  readonly calls: number
  readonly decided: number
  readonly authorized: number
  readonly denied: number
  readonly failed: number
  readonly first_audible_ms: { readonly p50: number | null; readonly max: number | null }
  readonly reply_ms: { readonly p50: number | null; readonly p99: number | null }
  readonly pacing_gap_ms: { readonly p99: number | null; readonly max: number | null }
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null)
}

export function summaryOf(reports: readonly CallReport[], failed: number): Summary {
  const outcomes = reports.map(({ decision }) => decision?.outcome ?? null)
  const count = (outcome: string): number => outcomes.filter((each) => each === outcome).length
  const audible = known(reports.map(({ timings }) => timings.first_audible_ms))
  const replies = known(
    reports.flatMap(({ timings }) => timings.replies.map(({ delay_ms }) => delay_ms)),
  )
  const pacing = reports.map(({ timings }) => timings.pacing)
  return {
    calls: reports.length + failed,
    decided: outcomes.filter((outcome) => outcome !== null).length,
    authorized: count('authorized'),
    denied: count('denied'),
    failed,
    first_audible_ms: { p50: percentile(audible, 0.5), max: percentile(audible, 1) },
    reply_ms: { p50: percentile(replies, 0.5), p99: percentile(replies, 0.99) },
    pacing_gap_ms: {
      p99: percentile(known(pacing.map((each) => each.p99_ms)), 1),
      max: percentile(known(pacing.map((each) => each.max_ms)), 1),
    },
  }
}
