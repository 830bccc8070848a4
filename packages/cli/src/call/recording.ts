import { writeWav } from '@portaria/core/audio/wav'

/** Narrow band: what the test phone asks for. */
const samplesPerMs = 8

/** A gap in the stream that is not jitter; shorter ones are played out by a phone's buffer. */
const holeMs = 200

/** What one leg heard, placed on the call's time. */
export interface Track {
  add(pcm: Int16Array, atMs: number): void
  readonly chunks: readonly { readonly start: number; readonly samples: Int16Array }[]
}

/** `startMs` is the beginning of the recording, on the monotonic clock. */
export function createTrack(startMs: number): Track {
  const chunks: { start: number; samples: Int16Array }[] = []
  let end = 0
  return {
    chunks,
    add(pcm, atMs) {
      const due = Math.round((atMs - startMs) * samplesPerMs)
      // Frames follow one another; only a real hole, or the leg's late beginning, moves them.
      const start =
        due - end > holeMs * samplesPerMs || chunks.length === 0 ? Math.max(due, end) : end
      chunks.push({ start, samples: pcm.slice() })
      end = start + pcm.length
    },
  }
}

/** A stereo WAV file at 8 kHz: what the visitor heard on the left, the resident on the right. */
export function stereoWav(left: Track, right: Track | null): Uint8Array {
  const tracks = [left, right]
  const length = Math.max(
    0,
    ...tracks.map((track) => {
      const last = track?.chunks.at(-1)
      return last ? last.start + last.samples.length : 0
    }),
  )
  const samples = new Int16Array(length * 2)
  tracks.forEach((track, channel) => {
    for (const chunk of track?.chunks ?? []) {
      chunk.samples.forEach((sample, i) => {
        samples[(chunk.start + i) * 2 + channel] = sample
      })
    }
  })
  return writeWav({ rate: 8_000, channels: 2, samples })
}
