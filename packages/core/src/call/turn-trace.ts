import type { SpokenKind } from '../providers/tap.ts'
import type { TurnView } from '../status.ts'
import type { TalkTimes } from './talk.ts'
import type { Input, TurnTimes } from './visitor-inputs.ts'

/** The names of the providers that come first; null: there is none. */
export type FirstProviders = { readonly [kind in SpokenKind]: string | null }

/** What is noted of one turn of the visitor while it is replied to. Times are of the monotonic clock. */
export type TurnTrace = {
  readonly input: Input
  readonly startedMs: number
  /** The dialogue's first part. */
  firstPartMs: number | null
  dialogue: string | null
  speculation: TurnView['speculation']
  merged: number
  falseStarts: number
  fillers: number
  bargeIn: boolean
  rescue: TurnView['rescue']
  /** How the reply was spoken; null: it was not. */
  talk: TalkTimes | null
}

export function startTrace(input: Input, o: { nowMs: number; merged: number }): TurnTrace {
  return {
    input,
    startedMs: input.type === 'silence' ? o.nowMs : overOf(input),
    firstPartMs: null,
    dialogue: null,
    speculation: 'none',
    merged: o.merged,
    falseStarts: 0,
    fillers: 0,
    bargeIn: false,
    rescue: 'none',
    talk: null,
  }
}

/** When the visitor began to wait. */
export function overOf(input: Exclude<Input, { type: 'silence' }>): number {
  return input.type === 'digits' ? input.atMs : input.times.overMs
}

/** The turn as people see it; `nowMs` is of the clock that the trace was kept by. */
export function viewOfTurn(
  trace: TurnTrace,
  o: { first: FirstProviders; nowMs: number },
): Omit<TurnView, 'turn'> {
  const { input, startedMs, talk } = trace
  const times = input.type === 'said' || input.type === 'unheard' ? input.times : null
  const wordsMs = times?.wordsMs ?? startedMs
  const providers = {
    stt: (input.type === 'said' ? input.by : null) ?? null,
    dialogue: trace.dialogue,
    tts: talk?.by ?? null,
  }
  return {
    at: new Date(Date.now() - Math.max(0, o.nowMs - startedMs)).toISOString(),
    role: 'visitor',
    input: input.type,
    endpoint_ms: times === null ? null : since(times.endMs, times.overMs),
    transcript_ms: times === null ? null : since(times.overMs, times.wordsMs),
    reply_ms: since(wordsMs, trace.firstPartMs),
    speech_ms: since(talk?.askedMs ?? null, talk?.soundMs ?? null),
    audible_ms: since(startedMs, talk?.audibleMs ?? null),
    fillers: trace.fillers,
    speculation: trace.speculation,
    barge_in: trace.bargeIn,
    false_starts: trace.falseStarts,
    merged: trace.merged,
    rescue: trace.rescue,
    providers,
    fallbacks: kinds.filter((kind) => isOther(providers[kind], o.first[kind])),
  }
}

/** A turn of the resident, to whom no dialogue replies. */
export function viewOfAnswer(
  input: 'said' | 'unheard',
  times: TurnTimes,
  stt: string | null,
): Omit<TurnView, 'turn'> {
  return {
    at: new Date(Date.now() - Math.max(0, times.wordsMs - times.overMs)).toISOString(),
    role: 'resident',
    input,
    endpoint_ms: since(times.endMs, times.overMs),
    transcript_ms: since(times.overMs, times.wordsMs),
    reply_ms: null,
    speech_ms: null,
    audible_ms: null,
    fillers: 0,
    speculation: 'none',
    barge_in: false,
    false_starts: 0,
    merged: 0,
    rescue: 'none',
    providers: { stt, dialogue: null, tts: null },
    fallbacks: [],
  }
}

const kinds = ['stt', 'tts', 'dialogue'] as const satisfies readonly SpokenKind[]

/** What comes from memory was somebody’s once. */
function isOther(by: string | null, first: string | null): boolean {
  return by !== null && by !== 'cache' && first !== null && by !== first
}

/** In whole tenths; never negative: what was there before took no time. */
function since(fromMs: number | null, toMs: number | null): number | null {
  if (fromMs === null || toMs === null) return null
  return Math.max(0, Math.round((toMs - fromMs) * 10) / 10)
}
