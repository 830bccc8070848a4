import { createEar } from './ear.ts'
import { frameMs, type Rate } from './frames.ts'
import { resample } from './resample.ts'
import type { VoiceDetector } from './voice-detector.ts'

/** One turn of a recording, in milliseconds from its start. */
export type RecordedTurn = {
  /** Estimate of the true start. */
  start_ms: number
  /** Last voice. */
  end_ms: number
  /** When the ear knew of the start, and of the end. */
  onset_detected_ms: number
  ended_ms: number
  voiced_ms: number
}

export type RecordedTurns = {
  /** When speech was noticed, false starts included. */
  onsets: number[]
  /** When turns were over. */
  ends: number[]
  /** When what had begun turned out to be too short for speech. */
  false_starts: number[]
  turns: RecordedTurn[]
}

const defaultSilenceMs = 700

/**
 * What a leg's ear makes of a recording: its clock is the recording's, and silence follows its end, so that
 * the last turn ends too. `samples` are mono, 16 bit, at any rate (wide band is heard at 16 kHz, the rest at 8).
 */
export function findTurns(
  samples: Int16Array,
  rate: number,
  o: { detector: VoiceDetector; silenceMs?: number },
): RecordedTurns {
  const earRate: Rate = rate >= 16_000 ? 16_000 : 8_000
  const heard = rate === earRate ? samples : resample(samples, rate, earRate)
  const silenceMs = o.silenceMs ?? defaultSilenceMs
  const found: RecordedTurns = { onsets: [], ends: [], false_starts: [], turns: [] }
  let onsetMs = 0
  const ear = createEar({
    detector: o.detector,
    rate: earRate,
    silenceMs,
    events: {
      onset(_startMs, nowMs) {
        onsetMs = nowMs
        found.onsets.push(Math.round(nowMs))
      },
      end({ startMs, lastVoiceMs, voicedMs, nowMs }) {
        found.ends.push(Math.round(nowMs))
        found.turns.push({
          start_ms: Math.round(startMs),
          end_ms: Math.round(lastVoiceMs),
          onset_detected_ms: Math.round(onsetMs),
          ended_ms: Math.round(nowMs),
          voiced_ms: Math.round(voicedMs),
        })
      },
      falseStart: (nowMs) => found.false_starts.push(Math.round(nowMs)),
    },
  })
  const frame = (earRate / 1_000) * frameMs
  for (let i = 0; i < heard.length; i += frame) {
    const end = Math.min(i + frame, heard.length)
    ear.push(heard.subarray(i, end), (end / earRate) * 1_000)
  }
  const endMs = (heard.length / earRate) * 1_000
  for (let ms = frameMs; ms <= silenceMs + frameMs && ear.speaking; ms += frameMs) {
    ear.tick(endMs + ms)
  }
  ear.close()
  return found
}
