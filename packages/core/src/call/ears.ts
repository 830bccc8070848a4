import { createEar, type Ear } from '../audio/ear.ts'
import type { FrameSink, Rate } from '../audio/frames.ts'
import { createHearing, type Hearing, type HearingEvents } from './hearing.ts'
import type { LegListener, LegOptions } from './leg.ts'
import type { Mouth } from './mouth.ts'
import { silenceAfter } from './turn-silence.ts'

/** A turn that never ends (a drill at the gate) is ended after this long. */
const longestTurnMs = 20_000

const noHints = (): readonly string[] => []

/** Detector and transcriber of one leg. */
export type Ears = FrameSink & {
  /** False without speech recognition, or while it fails on this leg. */
  readonly canHear: boolean
  /** Every 20 ms; `playedDb` is the level of what was just played. */
  tick(nowMs: number, playedDb: number): void
  close(): void
}

/**
 * They are made with the first frame: only it shows the leg's rate. What is said while a turn lasts, and after it, is
 * for the visitor's leg alone: a resident's late word might be taken for the answer to another question, and their
 * silence is `decision/`'s.
 */
export function createEars(
  o: LegOptions,
  leg: { mouth: Mouth; signal: AbortSignal; listener: () => LegListener },
): Ears {
  let ear: Ear | null = null
  let hearing: Hearing | null = null
  let onsetMs = 0
  let lastVoiceMs = 0
  let silenceMs = o.silenceMs

  const setSilence = (ms: number): void => {
    silenceMs = ms
    ear?.setSilenceMs(ms)
  }

  const spoken = (endMs: number, overMs: number): void => {
    const turn = { onsetMs, endMs, overMs }
    leg.listener().over?.(turn)
    if (hearing === null) return leg.listener().turn({ ...turn, transcript: null })
    hearing.end(endMs, (transcript) => {
      if (leg.signal.aborted) return
      if (transcript?.text === '' && leg.mouth.resume()) return leg.listener().falseStart()
      leg.listener().turn({ ...turn, transcript })
    })
  }

  const visitorHearing: HearingEvents = {
    known(words) {
      const { language } = o
      const partials = o.stt?.partials === true
      const ms = silenceAfter(words, { usualMs: o.silenceMs, language, partials })
      // Words that are older than the last voice say nothing of how it ended.
      setSilence(lastVoiceMs > words.atMs ? Math.max(ms, o.silenceMs) : ms)
    },
    stable: (text) => leg.listener().stable?.(text),
    late(transcript) {
      if (!leg.signal.aborted) leg.listener().late?.(transcript)
    },
  }

  const open = (rate: Rate): Ear => {
    if (o.stt !== null) {
      hearing = createHearing({
        stt: o.stt,
        rate,
        language: o.language,
        hints: o.hints ?? noHints,
        expect: o.role === 'resident' ? 'yes-no' : 'open',
        events: o.role === 'visitor' ? visitorHearing : null,
        clock: o.clock,
        signal: leg.signal,
        log: o.log,
      })
    }
    return createEar({
      detector: o.detector,
      rate,
      silenceMs: o.silenceMs,
      events: {
        onset(startMs, nowMs) {
          onsetMs = startMs
          lastVoiceMs = nowMs
          setSilence(o.silenceMs)
          leg.mouth.pause()
          hearing?.begin()
          leg.listener().onset(startMs)
        },
        voice(nowMs) {
          lastVoiceMs = nowMs
          if (silenceMs < o.silenceMs) setSilence(o.silenceMs)
        },
        end: (turn) => spoken(turn.lastVoiceMs, turn.nowMs),
        falseStart() {
          hearing?.drop()
          leg.mouth.resume()
          leg.listener().falseStart()
        },
      },
    })
  }

  return {
    get canHear() {
      return hearing?.canHear ?? o.stt !== null
    },
    onFrame(pcm) {
      if (leg.signal.aborted) return
      ear ??= open(o.connection.rate)
      hearing?.frame(pcm)
      ear.push(pcm, o.clock())
    },
    tick(nowMs, playedDb) {
      if (ear === null) return
      ear.played(playedDb)
      ear.tick(nowMs)
      if (ear.speaking && nowMs - onsetMs > longestTurnMs) {
        ear.reset()
        spoken(nowMs, nowMs)
      }
    },
    close() {
      ear?.close()
      void hearing?.[Symbol.asyncDispose]()
    },
  }
}
