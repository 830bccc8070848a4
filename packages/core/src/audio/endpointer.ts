/** What an endpointer tells. Times are of the clock that its frames were stamped with. */
export type EarEvents = {
  /** Speech began; `startMs` is the estimate of its true start (<= nowMs). */
  onset(startMs: number, nowMs: number): void
  /** The turn is over: the silence setting has passed since the last voice. `voicedMs` is the amount of voice in it. */
  end(turn: { startMs: number; lastVoiceMs: number; voicedMs: number; nowMs: number }): void
  /** What began was too short to be speech (click, knock). */
  falseStart(nowMs: number): void
}

const frameMs = 20
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
  const { events } = o
  let speaking = false
  let gathered = 0
  let startMs = 0
  let lastVoiceMs = 0
  let voicedMs = 0
  // Voice that counts only if more of it follows.
  let doubtfulMs = 0
  let lastFrameMs = -Infinity

  function idle(evidence: number, endMs: number, sure: boolean): void {
    if (evidence > 0) {
      if (gathered === 0) {
        startMs = endMs - frameMs
        voicedMs = 0
      }
      voicedMs += frameMs
      lastVoiceMs = endMs
    }
    gathered = Math.max(0, gathered + evidence)
    const enoughMs = sure ? sureVoiceMs : onsetVoiceMs
    if (gathered < onsetEvidence || voicedMs < enoughMs) return
    speaking = true
    gathered = 0
    doubtfulMs = 0
    events.onset(startMs, endMs)
  }

  function talking(evidence: number, endMs: number): void {
    gathered = Math.max(0, gathered / 2 + evidence)
    if (evidence > 0) doubtfulMs += frameMs
    if (gathered < voiceEvidence) return
    voicedMs += doubtfulMs
    doubtfulMs = 0
    lastVoiceMs = endMs
  }

  const endpointer: Endpointer = {
    silenceMs: o.silenceMs,
    get speaking() {
      return speaking
    },
    frame(evidence, endMs, sure) {
      if (endMs - lastFrameMs > holeMs) gathered = 0
      lastFrameMs = endMs
      if (speaking) {
        talking(evidence, endMs)
        endpointer.tick(endMs)
      } else idle(evidence, endMs, sure)
    },
    tick(nowMs) {
      if (!speaking) return
      const silence = nowMs - lastVoiceMs
      if (silence >= endpointer.silenceMs && voicedMs >= leastVoiceMs) {
        endpointer.reset()
        events.end({ startMs, lastVoiceMs, voicedMs, nowMs })
      } else if (
        voicedMs < leastVoiceMs &&
        silence >= Math.min(falseStartMs, endpointer.silenceMs)
      ) {
        endpointer.reset()
        events.falseStart(nowMs)
      }
    },
    reset() {
      speaking = false
      gathered = 0
    },
  }
  return endpointer
}
