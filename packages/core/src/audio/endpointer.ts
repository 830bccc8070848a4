/** What an endpointer tells. Times are of the clock that its frames were stamped with. */
export type EarEvents = {
  /** Speech began; `startMs` is the estimate of its true start (<= nowMs). */
  onset(startMs: number, nowMs: number): void
  /** The turn is over: the silence setting has passed since the last voice. `voicedMs` is the amount of voice in it. */
  end(turn: { startMs: number; lastVoiceMs: number; voicedMs: number; nowMs: number }): void
  /** More voice in the turn; `nowMs` is its end. */
  voice?(nowMs: number): void
  /** What began was too short to be speech (click, knock). */
  falseStart(nowMs: number): void
}

const frameMs = 20
/** Frames come a little early or late: so much must not cost the next one or the next tick. Less than half a frame. */
const arrivalJitterMs = 5
/** Evidence (dB x frames) that begins a turn ... */
const onsetEvidence = 10.5
/** ... in so much voice at least: the edges of a tone and a click, however loud, are two frames; ... */
const onsetVoiceMs = 60
/** ... so much when the detector is sure that the last frame was neither. */
const sureVoiceMs = 40
/** In a turn, evidence of the last frames together that is voice: one frame of noise alone is not. */
const voiceEvidence = 5
/** Frames without sound for so long break what was gathered for an onset. */
const holeMs = 100
/** Less voice than this is a click or a knock. */
const leastVoiceMs = 150
/** ... and is said to be one after this much silence, or after the silence setting if that is shorter. */
const falseStartMs = 300

/**
 * Turns evidence for a voice, frame by frame, into turns. Idle, evidence is summed up and drained (a CUSUM test)
 * until it suffices for an onset; speaking, the time since the last voice runs until the silence setting.
 */
export interface Endpointer {
  /** The evidence of the 20 ms that ended at `endMs`; `sure` as the voice detector says it. */
  frame(evidence: number, endMs: number, sure: boolean): void
  /** Time passes, with or without frames. */
  tick(nowMs: number): void
  silenceMs: number
  readonly speaking: boolean
  /** Forgets what began, without an event. */
  reset(): void
}

export function createEndpointer(o: { silenceMs: number; events: EarEvents }): Endpointer {
  return new SummingEndpointer(o)
}

class SummingEndpointer implements Endpointer {
  silenceMs: number
  speaking = false
  readonly #events: EarEvents
  #gathered = 0
  #startMs = 0
  #lastVoiceMs = 0
  #voicedMs = 0
  /** Voice that counts only if more of it follows. */
  #doubtfulMs = 0
  #lastFrameMs = -Infinity

  constructor(o: { silenceMs: number; events: EarEvents }) {
    this.silenceMs = o.silenceMs
    this.#events = o.events
  }

  frame(evidence: number, endMs: number, sure: boolean): void {
    if (endMs - this.#lastFrameMs > holeMs) this.#gathered = 0
    this.#lastFrameMs = endMs
    if (this.speaking) {
      this.#talking(evidence, endMs)
      this.tick(endMs)
    } else this.#idle(evidence, endMs, sure)
  }

  tick(nowMs: number): void {
    if (!this.speaking) return
    const silence = nowMs - this.#lastVoiceMs
    const isShort = this.#voicedMs < leastVoiceMs
    if (!isShort && silence >= this.silenceMs - arrivalJitterMs) {
      this.reset()
      this.#events.end({
        startMs: this.#startMs,
        lastVoiceMs: this.#lastVoiceMs,
        voicedMs: this.#voicedMs,
        nowMs,
      })
    } else if (isShort && silence >= Math.min(falseStartMs, this.silenceMs)) {
      this.reset()
      this.#events.falseStart(nowMs)
    }
  }

  reset(): void {
    this.speaking = false
    this.#gathered = 0
  }

  #idle(evidence: number, endMs: number, sure: boolean): void {
    if (evidence > 0) {
      if (this.#gathered === 0) {
        this.#startMs = endMs - frameMs
        this.#voicedMs = 0
      }
      this.#voicedMs += frameMs
      this.#lastVoiceMs = endMs
    }
    this.#gathered = Math.max(0, this.#gathered + evidence)
    const enoughMs = sure ? sureVoiceMs : onsetVoiceMs
    if (this.#gathered < onsetEvidence || this.#voicedMs < enoughMs) return
    this.speaking = true
    this.#gathered = 0
    this.#doubtfulMs = 0
    this.#events.onset(this.#startMs, endMs)
  }

  #talking(evidence: number, endMs: number): void {
    this.#gathered = Math.max(0, this.#gathered / 2 + evidence)
    if (evidence > 0) this.#doubtfulMs += frameMs
    if (this.#gathered < voiceEvidence) return
    this.#voicedMs += this.#doubtfulMs
    this.#doubtfulMs = 0
    this.#lastVoiceMs = endMs
    this.#events.voice?.(endMs)
  }
}
