import { readWav } from '@portaria/core/audio/wav'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const folder = new URL('../../audio/', import.meta.url)
const labels = z
  .record(
    z.string(),
    z.object({ speech_ms: z.array(z.tuple([z.number(), z.number()])).optional() }),
  )
  .parse(JSON.parse(readFileSync(new URL('labels.json', folder), 'utf8')))

/** A labelled recording at 8 kHz, and where its first word begins and its last one ends. */
export function recordingOf(name: string) {
  const { samples } = readWav(readFileSync(new URL(`${name}.wav`, folder)))
  const spans = labels[`${name}.wav`]?.speech_ms ?? []
  const [startMs] = spans[0] ?? [0, 0]
  const [, endMs] = spans.at(-1) ?? [0, 0]
  return { samples, startMs, endMs }
}

/** The speech of a labelled recording at 8 kHz, with 60 ms before and after it. */
export function speechOf(name: string): Int16Array {
  const { samples, startMs, endMs } = recordingOf(name)
  return samples.slice((startMs - 60) * 8, (endMs + 60) * 8)
}
