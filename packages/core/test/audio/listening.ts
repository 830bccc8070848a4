import { createEar, type Ear, type EarEvents } from '../../src/audio/ear.ts'
import { samplesPerFrame, type Rate } from '../../src/audio/frames.ts'
import { loadVoiceDetector, type VoiceDetector } from '../../src/audio/voice-detector.ts'

const detector = await loadVoiceDetector()

export type Told =
  | { type: 'onset'; startMs: number; nowMs: number }
  | ({ type: 'end' } & Parameters<EarEvents['end']>[0])
  | { type: 'false-start'; nowMs: number }

export function listen(o: { silenceMs?: number; rate?: Rate; on?: VoiceDetector } = {}): {
  ear: Ear
  told: Told[]
} {
  const told: Told[] = []
  const ear = createEar({
    detector: o.on ?? detector,
    rate: o.rate ?? 8000,
    silenceMs: o.silenceMs ?? 700,
    events: {
      onset: (startMs, nowMs) => void told.push({ type: 'onset', startMs, nowMs }),
      end: (turn) => void told.push({ type: 'end', ...turn }),
      falseStart: (nowMs) => void told.push({ type: 'false-start', nowMs }),
    },
  })
  return { ear, told }
}

export function frames(samples: Int16Array, rate: Rate = 8000): Int16Array[] {
  const frame = samplesPerFrame(rate)
  const count = Math.floor(samples.length / frame)
  return Array.from({ length: count }, (_, i) => samples.subarray(i * frame, (i + 1) * frame))
}

/** Frames every 20 ms from `fromMs` on, each with the tick of the pacer. Returns when it ended. */
export function play(ear: Ear, samples: Int16Array, fromMs = 0): number {
  let now = fromMs
  for (const pcm of frames(samples)) {
    now += 20
    ear.push(pcm, now)
    ear.tick(now)
  }
  return now
}

export function tickUntil(ear: Ear, fromMs: number, toMs: number): void {
  for (let now = fromMs + 20; now <= toMs; now += 20) ear.tick(now)
}

export const types = (told: readonly Told[]): string[] => told.map(({ type }) => type)
export const first = <T extends Told['type']>(told: readonly Told[], type: T) =>
  told.find((event): event is Extract<Told, { type: T }> => event.type === type)
