import { setTimeout as pause } from 'node:timers/promises'
import { orAbort } from '@portaria/core/abortable'
import type { Rate } from '@portaria/core/audio/frames'
import { resample } from '@portaria/core/audio/resample'
import { findTurns } from '@portaria/core/audio/turns'
import type { VoiceDetector } from '@portaria/core/audio/voice-detector'
import { type Clock, monotonic } from '@portaria/core/clock'
import { ProviderError } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import { openAtRate } from '@portaria/core/providers/at-rate'
import type { SpeechToText, Transcriber } from '@portaria/core/providers/speech-to-text'
import { within } from '@portaria/core/within'

/** As a call: what a recogniser gets from before the onset, and how much at a time. */
const preRollMs = 300
const blockMs = 100
/** A leg that takes longer to close is left behind. */
const closeLimitMs = 1_000

export type Sound = { readonly rate: number; readonly samples: Int16Array }

export type HeardSound = {
  readonly text: string
  /** The lowest of its finals; null where none came, or without one. */
  readonly confidence: number | null
  readonly openMs: number
  /** From the beginning of speech in the sound to the first partial, or final. */
  readonly firstMs: number | null
  /** From the end of speech in the sound to the last final. Holds the silence that ends a turn. */
  readonly finalMs: number | null
  /** From the end of the last turn, as the endpointer sees it, to all of its text: what the recogniser alone adds. */
  readonly afterTurnMs: number
  /** From the beginning of the sound to the end. */
  readonly totalMs: number
}

/** Milliseconds from the beginning of a sound. */
type Span = { begunMs: number; noticedMs: number; lastVoiceMs: number; endedMs: number }

/** The turns that a call's ear finds; sound in which it finds none is one turn. */
function turnsIn({ samples, rate }: Sound, o: { detector: VoiceDetector; silenceMs: number }) {
  const spans = findTurns(samples, rate, o).turns.map((turn): Span => ({
    begunMs: turn.start_ms,
    noticedMs: turn.onset_detected_ms,
    lastVoiceMs: turn.end_ms,
    endedMs: turn.ended_ms,
  }))
  const wholeMs = (samples.length / rate) * 1_000
  const whole = { begunMs: 0, noticedMs: 0, lastVoiceMs: wholeMs, endedMs: wholeMs + o.silenceMs }
  return spans.length > 0 ? spans : [whole]
}

/** The sound between two times as s16le bytes; beyond its end there is silence. */
function bytesBetween({ samples, rate }: Sound, fromMs: number, toMs: number): Uint8Array {
  const [from, to] = [fromMs, toMs].map((ms) => Math.round((ms / 1_000) * rate)) as [number, number]
  const part = new Int16Array(Math.max(0, to - from))
  part.set(samples.subarray(from, to))
  return new Uint8Array(part.buffer)
}

export type HearOptions = {
  readonly sound: Sound
  readonly detector: VoiceDetector
  /** Silence that ends a turn. */
  readonly silenceMs: number
  readonly language: Language
  readonly expect: 'open' | 'yes-no'
  readonly signal: AbortSignal
  readonly clock?: Clock
}

type Listening = { texts: string[]; confidences: number[]; firstMs: number | null } & {
  finalMs: number | null
  doneMs: number
}

/** Takes what is heard until all of `turns` are done; times are the clock's. */
async function listen(transcriber: Transcriber, turns: number, clock: Clock): Promise<Listening> {
  const open = new Set(Array.from({ length: turns }, (_, n) => n + 1))
  const got: Listening = { texts: [], confidences: [], firstMs: null, finalMs: null, doneMs: 0 }
  for await (const heard of transcriber.heard) {
    const nowMs = clock()
    if ('text' in heard && heard.text.trim() !== '') got.firstMs ??= nowMs
    if (heard.type === 'final' && heard.text.trim() !== '') {
      got.texts.push(heard.text.trim())
      got.finalMs = nowMs
      if (heard.confidence !== undefined) got.confidences.push(heard.confidence)
    }
    if (heard.type === 'done') open.delete(heard.turn)
    if (open.size === 0) return { ...got, doneMs: nowMs }
  }
  throw new ProviderError('stt', 'the recogniser ended before it said that a turn was done')
}

/**
 * Plays a sound to a recogniser at the pace of speech, turn by turn, as a call does. Throws what the recogniser fails
 * with, or the signal's reason.
 */
export async function hearSound(stt: SpeechToText, o: HearOptions): Promise<HeardSound> {
  const { clock = monotonic, language } = o
  const rate: Rate = o.sound.rate >= 16_000 ? 16_000 : 8_000
  const sound = { rate, samples: resample(o.sound.samples, o.sound.rate, rate) }
  const turns = turnsIn(sound, o)
  const stop = new AbortController()
  const signal = AbortSignal.any([o.signal, stop.signal])
  const openedMs = clock()
  const transcriber = await orAbort(
    openAtRate(stt, rate, { languages: [language], signal }),
    signal,
  )
  try {
    const startedMs = clock()
    const listening = listen(transcriber, turns.length, clock)
    // What the recogniser fails with ends the playing, too.
    listening.catch((error: unknown) => stop.abort(error))
    const endedMs = await play(transcriber, { ...o, sound, turns, startedMs, signal, clock })
    const got = await orAbort(listening, signal)
    const [first, last] = [turns[0], turns.at(-1)]
    const since = (ms: number | null, from: number): number | null =>
      ms === null ? null : ms - startedMs - from
    return {
      text: got.texts.join(' '),
      confidence: got.confidences.length === 0 ? null : Math.min(...got.confidences),
      openMs: startedMs - openedMs,
      firstMs: since(got.firstMs, first?.begunMs ?? 0),
      finalMs: since(got.finalMs, last?.lastVoiceMs ?? 0),
      afterTurnMs: got.doneMs - endedMs,
      totalMs: got.doneMs - startedMs,
    }
  } finally {
    await within(Promise.resolve(transcriber[Symbol.asyncDispose]()), closeLimitMs)
    stop.abort(new Error('the recogniser is not needed any more'))
  }
}

type Playing = {
  readonly sound: Sound
  readonly turns: readonly Span[]
  readonly expect: 'open' | 'yes-no'
  readonly startedMs: number
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** Resolves with the clock's time of the last turn's end. */
async function play(transcriber: Transcriber, o: Playing): Promise<number> {
  const until = async (ms: number): Promise<void> => {
    const waitMs = Math.max(0, o.startedMs + ms - o.clock())
    await orAbort(pause(waitMs, undefined, { signal: o.signal }), o.signal)
  }
  let endedMs = o.startedMs
  for (const [n, turn] of o.turns.entries()) {
    await until(turn.noticedMs)
    transcriber.begin(n + 1, { hints: [], expect: o.expect })
    for (let at = Math.max(0, turn.begunMs - preRollMs); at < turn.endedMs;) {
      const next = Math.min(at + blockMs, turn.endedMs)
      await until(next)
      transcriber.write(bytesBetween(o.sound, at, next))
      at = next
    }
    endedMs = o.clock()
    transcriber.end(n + 1)
  }
  return endedMs
}
