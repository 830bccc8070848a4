import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What is kept beside a model that was pulled, in `portaria-model.json`. */
const modelCard = z.object({
  name: z.string(),
  kind: z.enum(['streaming-transducer', 'transducer', 'whisper', 'piper', 'kokoro', 'vad']),
  languages: z.array(z.string()),
  from: z.string(),
  sha256: z.string(),
  /** `given`: by the user; `checksum.txt`: of the server; `first use`: nobody vouched for it. */
  checkedBy: z.enum(['given', 'checksum.txt', 'first use']),
})

export type ModelCard = z.infer<typeof modelCard>

const cardName = 'portaria-model.json'

/** Null for a folder that was not pulled. */
export function readModelCard(folder: string): ModelCard | null {
  try {
    return modelCard.parse(JSON.parse(readFileSync(join(folder, cardName), 'utf8')))
  } catch {
    // A model that somebody put there has none.
    return null
  }
}

export function writeModelCard(folder: string, card: ModelCard): void {
  writeFileSync(join(folder, cardName), `${JSON.stringify(card, null, 2)}\n`)
}
