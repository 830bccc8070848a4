import { randomBytes } from 'node:crypto'
import { levelDb } from '../audio/pcm.ts'
import type { VoiceDetector } from '../audio/voice-detector.ts'
import type { Rate } from '../audio/frames.ts'
import type { AudioSocketConnection } from '../audiosocket/connection.ts'
import type { Clock } from '../clock.ts'
import type { Role } from '../events.ts'
import type { Language } from '../language.ts'
import type { Log } from '../log.ts'
import type { SpeechToText, Voice } from '../plugin.ts'
import type { VoiceBox } from '../speech/voice-box.ts'
import { createEars, type Ears } from './ears.ts'
import type { Transcript } from './hearing.ts'
import { createMouth, type Mouth } from './mouth.ts'
import { createPlayer } from './player.ts'

/** Sound that was written is heard only after the phone's jitter buffer: 0x00 waits this long. */
const playoutTailMs = 300

/** One turn of speech. `transcript` is null where there is no speech recognition. */
export type SpokenTurn = {
  onsetMs: number
  /** The last voice. */
  endMs: number
  /** When it was judged to be over: later by the silence that ends a turn. */
  overMs: number
  transcript: Transcript | null
}

/** What a leg tells whoever attends it. All synchronous. */
export type LegListener = {
  digit(digit: string): void
  onset(startMs: number): void
  falseStart(): void
  /** The turn is over; its words follow with `turn`, or a false start does. */
  over?(turn: Omit<SpokenTurn, 'transcript'>): void
  turn(turn: SpokenTurn): void
  /** What was said so far in this turn, when it has not changed for a while. */
  stable?(text: string): void
  /** Words of a turn that had been told already, as far as they were known. */
  late?(transcript: Transcript): void
}

/** One side of a call: what it says arrives at the listener, what it hears goes through `mouth`. */
export interface Leg {
  /** Of this connection only: a resident who connects twice has two. */
  readonly id: string
  readonly role: Role
  readonly peer: string
  readonly rate: Rate
  /** Aborts when the peer is gone, or was hung up. */
  readonly signal: AbortSignal
  readonly mouth: Mouth
  /** False without speech recognition, or while it fails on this leg. */
  readonly canHear: boolean
  listenWith(listener: LegListener): void
  /** 0x00 once what was written has been heard; resolves when the connection is closed. */
  hangup(): Promise<void>
  /** 0x00 now. */
  cut(): void
}

export type LegOptions = {
  connection: AudioSocketConnection
  role: Role
  language: Language
  voice: Voice
  silenceMs: number
  /**
   * What the recogniser may expect, as it is known when a turn begins. For the visitor's leg: a resident is asked a
   * yes-no question, and names that are expected would turn a mumbled "não" into somebody.
   */
  hints?: () => readonly string[]
  stt: SpeechToText | null
  voiceBox: VoiceBox
  detector: VoiceDetector
  clock: Clock
  log: Log
  onSaid: (text: string, interrupted: boolean) => void
  onClosed: (reason: string) => void
}

const deaf: LegListener = { digit() {}, onset() {}, falseStart() {}, turn() {} }

export function createLeg(o: LegOptions): Leg {
  return new ConnectedLeg(o)
}

class ConnectedLeg implements Leg {
  /** A UUID would stay a rope of 20 strings. */
  readonly id = randomBytes(16).toString('hex')
  readonly role: Role
  readonly peer: string
  readonly signal: AbortSignal
  readonly mouth: Mouth
  readonly #o: LegOptions
  readonly #closing = new AbortController()
  readonly #player = createPlayer()
  readonly #gone = Promise.withResolvers<void>()
  readonly #ears: Ears
  #listener = deaf
  #lastSoundMs: number

  constructor(o: LegOptions) {
    this.#o = o
    this.role = o.role
    this.peer = o.connection.peer
    this.signal = this.#closing.signal
    this.#lastSoundMs = o.clock()
    this.mouth = createMouth({
      player: this.#player,
      speak: (text, signal) =>
        o.voiceBox.speak(text, {
          rate: o.connection.rate,
          language: o.language,
          voice: o.voice,
          signal,
          log: o.log,
        }),
      onSaid: o.onSaid,
      clock: o.clock,
      signal: this.signal,
      log: o.log,
    })
    this.#ears = createEars(o, {
      mouth: this.mouth,
      signal: this.signal,
      listener: () => this.#listener,
    })
    o.connection.attach({
      sink: this.#ears,
      source: { fill: (out) => this.#fill(out) },
      onDigit: (digit) => this.#listener.digit(digit),
      onClosed: (reason) => {
        this.#leave()
        o.onClosed(reason)
        this.#gone.resolve()
      },
    })
  }

  get rate(): Rate {
    return this.#o.connection.rate
  }

  get canHear(): boolean {
    return this.#ears.canHear
  }

  listenWith(listener: LegListener): void {
    this.#listener = listener
  }

  async hangup(): Promise<void> {
    const { connection, clock } = this.#o
    const heardInMs = Math.max(0, this.#lastSoundMs + playoutTailMs - clock())
    const timer = setTimeout(() => connection.hangup(), heardInMs)
    await this.#gone.promise
    clearTimeout(timer)
  }

  cut(): void {
    this.#leave()
    this.#o.connection.hangup()
  }

  /** Nothing that is said or pressed counts any more. */
  #leave(): void {
    this.#listener = deaf
    this.#closing.abort(new Error(`the ${this.role}’s leg is over`))
    this.#ears.close()
  }

  #fill(out: Int16Array): number {
    const nowMs = this.#o.clock()
    const written = this.#player.fill(out)
    const level =
      written === 0 ? -100 : levelDb(written < out.length ? out.subarray(0, written) : out)
    if (level > -60) this.#lastSoundMs = nowMs
    this.#ears.tick(nowMs, level)
    return written
  }
}
