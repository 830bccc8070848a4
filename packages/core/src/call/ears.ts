import { createEar, type Ear } from '../audio/ear.ts'
import type { FrameSink, Rate } from '../audio/frames.ts'
import { createHearing, type Hearing, type HearingEvents } from './hearing.ts'
import type { LegListener, LegOptions } from './leg.ts'
import type { SpeechToText } from '../providers/speech-to-text.ts'
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
export function createEars(o: LegOptions, leg: Listened): Ears {
  return new LegEars(o, leg)
}

type Listened = { mouth: Mouth; signal: AbortSignal; listener: () => LegListener }

class LegEars implements Ears {
  readonly #o: LegOptions
  readonly #leg: Listened
  #ear: Ear | null = null
  #hearing: Hearing | null = null
  #onsetMs = 0
  #lastVoiceMs = 0
  #silenceMs: number

  constructor(o: LegOptions, leg: Listened) {
    this.#o = o
    this.#leg = leg
    this.#silenceMs = o.silenceMs
  }

  get canHear(): boolean {
    return this.#hearing?.canHear ?? this.#o.stt !== null
  }

  onFrame(pcm: Int16Array): void {
    if (this.#leg.signal.aborted) return
    this.#ear ??= this.#open(this.#o.connection.rate)
    this.#hearing?.frame(pcm)
    this.#ear.push(pcm, this.#o.clock())
  }

  tick(nowMs: number, playedDb: number): void {
    const ear = this.#ear
    if (ear === null) return
    ear.played(playedDb)
    ear.tick(nowMs)
    if (ear.speaking && nowMs - this.#onsetMs > longestTurnMs) {
      ear.reset()
      this.#spoken(nowMs, nowMs)
    }
  }

  close(): void {
    this.#ear?.close()
    void this.#hearing?.[Symbol.asyncDispose]()
  }

  #open(rate: Rate): Ear {
    const { stt, language, hints = noHints, role, clock, log, detector, silenceMs } = this.#o
    const { signal } = this.#leg
    if (stt !== null) {
      this.#hearing = createHearing({
        ...{ stt, rate, language, hints, clock, signal, log },
        expect: role === 'resident' ? 'yes-no' : 'open',
        events: role === 'visitor' ? this.#visitorHearing(stt) : null,
      })
    }
    return createEar({
      detector,
      rate,
      silenceMs,
      events: {
        onset: (startMs, nowMs) => this.#onset(startMs, nowMs),
        voice: (nowMs) => {
          this.#lastVoiceMs = nowMs
          if (this.#silenceMs < silenceMs) this.#setSilence(silenceMs)
        },
        end: (turn) => this.#spoken(turn.lastVoiceMs, turn.nowMs),
        falseStart: () => {
          this.#hearing?.drop()
          this.#leg.mouth.resume()
          this.#leg.listener().falseStart()
        },
      },
    })
  }

  #visitorHearing({ partials }: SpeechToText): HearingEvents {
    const { language, silenceMs: usualMs } = this.#o
    const { signal, listener } = this.#leg
    return {
      known: (words) => {
        const ms = silenceAfter(words, { usualMs, language, partials })
        // Words that are older than the last voice say nothing of how it ended.
        this.#setSilence(this.#lastVoiceMs > words.atMs ? Math.max(ms, usualMs) : ms)
      },
      stable: (text) => listener().stable?.(text),
      late(transcript) {
        if (!signal.aborted) listener().late?.(transcript)
      },
    }
  }

  #setSilence(ms: number): void {
    this.#silenceMs = ms
    this.#ear?.setSilenceMs(ms)
  }

  #onset(startMs: number, nowMs: number): void {
    this.#onsetMs = startMs
    this.#lastVoiceMs = nowMs
    this.#setSilence(this.#o.silenceMs)
    this.#leg.mouth.pause()
    this.#hearing?.begin()
    this.#leg.listener().onset(startMs)
  }

  #spoken(endMs: number, overMs: number): void {
    const { mouth, signal, listener } = this.#leg
    const turn = { onsetMs: this.#onsetMs, endMs, overMs }
    listener().over?.(turn)
    if (this.#hearing === null) return listener().turn({ ...turn, transcript: null })
    this.#hearing.end(endMs, (transcript) => {
      if (signal.aborted) return
      if (transcript?.text === '' && mouth.resume()) return listener().falseStart()
      listener().turn({ ...turn, transcript })
    })
  }
}
