/**
 * The server under test of `pnpm bench calls`: the real server and pacer, and for each call an ear (with
 * `--ear`) and a cached phrase that is played in a loop. Prints `{"port": N}`; on SIGTERM the pacer's lateness.
 */
import { createEar, type Ear } from '../../packages/core/src/audio/ear.ts'
import type { FrameSource } from '../../packages/core/src/audio/frames.ts'
import { createPacer, type Pacer } from '../../packages/core/src/audio/pacer.ts'
import { levelDb } from '../../packages/core/src/audio/pcm.ts'
import {
  loadVoiceDetector,
  type VoiceDetector,
} from '../../packages/core/src/audio/voice-detector.ts'
import { createAdmission } from '../../packages/core/src/audiosocket/admission.ts'
import type { AudioSocketConnection } from '../../packages/core/src/audiosocket/connection.ts'
import { startAudioSocketServer } from '../../packages/core/src/audiosocket/server.ts'
import { silentLog } from '../../packages/core/src/log.ts'

const clip = aPhrase()
const levels = clip.map((frame) => levelDb(frame))

/** Four seconds that sound like a phrase: harmonics of 130 Hz in syllables, then a pause. */
function aPhrase(): Int16Array[] {
  return Array.from({ length: 200 }, (_, frame) =>
    Int16Array.from({ length: 160 }, (_, i) => {
      const t = (frame * 160 + i) / 8_000
      if (t > 3) return 0
      const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t)
      return syllable * [1, 2, 3, 4, 5].reduce((sum, h) => sum + wave(t, h), 0)
    }),
  )
}

function wave(t: number, harmonic: number): number {
  return (3_000 / harmonic) * Math.sin(2 * Math.PI * 130 * harmonic * t)
}

function aLoop(from: number, ear: Ear | null): FrameSource {
  let next = from % clip.length
  return {
    fill(out) {
      const at = next
      next = at + 1 === clip.length ? 0 : at + 1
      if (ear !== null) {
        ear.played(levels[at] ?? -100)
        ear.tick(performance.now())
      }
      const frame = clip[at]
      if (frame === undefined) return 0
      out.set(frame)
      return frame.length
    },
  }
}

function answer(connection: AudioSocketConnection, o: { ear: Ear | null; from: number }): void {
  const { ear } = o
  connection.attach({
    sink: { onFrame: (pcm) => ear?.push(pcm, performance.now()) },
    source: aLoop(o.from, ear),
    onDigit() {},
    onClosed: () => ear?.close(),
  })
}

const heard = { onsets: 0, ends: 0, falseStarts: 0 }

function anEar(detector: VoiceDetector): Ear {
  const events = {
    onset: () => void heard.onsets++,
    end: () => void heard.ends++,
    falseStart: () => void heard.falseStarts++,
  }
  return createEar({ rate: 8000, silenceMs: 700, events, detector })
}

async function serve(pacer: Pacer): Promise<void> {
  const detector = process.argv.includes('--ear') ? await loadVoiceDetector() : null
  let calls = 0
  const server = await startAudioSocketServer({
    host: '127.0.0.1',
    port: 0,
    allow: null,
    admission: createAdmission(),
    pacer,
    log: silentLog,
    onConnection(connection) {
      answer(connection, { ear: detector === null ? null : anEar(detector), from: calls++ * 37 })
    },
  })
  console.log(JSON.stringify({ port: server.port }))
}

const pacer = createPacer()
process.once('SIGTERM', () => {
  console.log(JSON.stringify({ lateness: pacer.lateness, heard }))
  // --cpu-prof writes its profile at exit.
  process.exit(0)
})
await serve(pacer)
