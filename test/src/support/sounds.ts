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

/** The speech of a labelled recording at 8 kHz, with 60 ms before and after it. */
export function speechOf(name: string): Int16Array {
  const { samples } = readWav(readFileSync(new URL(`${name}.wav`, folder)))
  const spans = labels[`${name}.wav`]?.speech_ms ?? []
  const [start] = spans[0] ?? [0, 0]
  const [, end] = spans.at(-1) ?? [0, 0]
  return samples.slice((start - 60) * 8, (end + 60) * 8)
}
