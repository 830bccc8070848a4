import { join } from 'node:path'
import { ConfigError } from '@portaria/core/plugin'
import { z } from 'zod'
import { usualModelsUrl } from './models/catalogue.ts'

const ms = (usual: number) => z.number().int().min(1).max(600_000).default(usual)
/** A name of `portaria models list`, or a folder. */
const model = z.string().min(1)
const kinds = ['streaming-transducer', 'transducer', 'whisper'] as const

export const sherpaOptions = z.strictObject({
  /** What hears. */
  model: model.default('whisper-base'),
  /** For a model of your own whose names do not tell. */
  kind: z.enum(kinds).optional(),
  /** What a model of your own hears, such as `["pt", "en"]`; empty: anything. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/u, 'must be one such as pt')).default([]),
  /** Silero's model, for recognisers of whole turns: keeps them from making words of noise. */
  vad: model.optional(),
  /** Words for all calls, besides what a call brings, where the model takes hints. */
  hotwords: z.array(z.string().min(1).max(100)).max(500).default([]),
  hotwordsScore: z.number().min(0).max(10).default(1.5),
  /** What speaks. */
  voice: model.default('piper-pt-br-faber'),
  /** What a voice of your own speaks. */
  voiceLanguages: z.array(z.string().regex(/^[a-z]{2,3}$/u, 'must be one such as pt')).default([]),
  /** The number of a voice in a model that has several, when a condomínio names none. */
  speaker: z.number().int().min(0).max(10_000).default(0),
  /** Of onnxruntime, in each of the two processes. */
  threads: z.number().int().min(1).max(64).default(2),
  /** Where models lie. Default `<data-dir>/models`. */
  modelsDir: z.string().min(1).optional(),
  /** Where `portaria models pull` gets them; PORTARIA_MODELS_URL goes before it. */
  modelsUrl: z.string().min(1).default(usualModelsUrl),
  /** `finalMs`: from the end of a turn. `hangMs`: a process that does not answer for so long is replaced. */
  limits: z
    .strictObject({
      loadMs: ms(120_000),
      finalMs: ms(8_000),
      firstAudioMs: ms(8_000),
      nextAudioMs: ms(8_000),
      hangMs: ms(20_000),
    })
    .prefault({}),
})

export type SherpaOptions = z.infer<typeof sherpaOptions>

/** Where models lie and come from, of what stands under `plugins.sherpa`. Throws ConfigError. */
export function modelsPlace(
  given: unknown,
  o: { dataDir: string },
): { modelsDir: string; modelsUrl: string } {
  const read = sherpaOptions.safeParse(given ?? {})
  if (!read.success) {
    const [issue] = read.error.issues
    const where = ['plugins', 'sherpa', ...(issue?.path ?? [])].join('.')
    throw new ConfigError(`${where}: ${issue?.message ?? 'is not understood'}`)
  }
  const { modelsDir, modelsUrl } = read.data
  return { modelsDir: modelsDir ?? join(o.dataDir, 'models'), modelsUrl }
}
