import { z } from 'zod'

const httpUrl = (example: string) =>
  z
    .string()
    .trim()
    .refine((text) => /^https?:\/\//iu.test(text) && URL.canParse(text), {
      error: `must be a container's address, such as ${example}`,
    })
    .transform((text) => new URL(text))

const ms = (usual: number) => z.number().int().min(1).max(120_000).default(usual)

const stt = z
  .strictObject({
    /** What AVR calls `ASR_URL`; or the `/transcribe` of a container for asr-to-stt. */
    url: httpUrl('http://127.0.0.1:6010/speech-to-text-stream'),
    /**
     * How the container writes what it understood: each phrase once (`final`), all of the call each time (`cumulative`),
     * each phrase on a line with errors in brackets (`lines`), or as an answer to the sound of one turn (`transcribe`).
     */
    mode: z.enum(['final', 'cumulative', 'lines', 'transcribe']).default('final'),
    connectMs: ms(5_000),
    /** Longest wait for words after the end of a turn. Default 2,000; with `transcribe` 4,500. */
    finalMs: z.number().int().min(1).max(120_000).optional(),
    /** After the last words of a turn nothing more is waited for than this. */
    settleMs: ms(300),
    /** Silence that is sent at the end of a turn, at once: the container takes a phrase for finished by it. */
    tailMs: z.number().int().min(0).max(5_000).default(1_500),
  })
  .refine(({ url, mode }) => /\/transcribe\/?$/u.test(url.pathname) === (mode === 'transcribe'), {
    path: ['mode'],
    error: 'must be "transcribe" with an address that ends with /transcribe, and only there',
  })

const ai = z.strictObject({
  /** What AVR calls `LLM_URL`. */
  url: httpUrl('http://127.0.0.1:6002/prompt-stream'),
  /** `objects`: JSON, one object after the other; `text`: bare words, as the Typebot container writes them. */
  form: z.enum(['objects', 'text']).default('objects'),
  /** Only for containers that keep nothing of a conversation and have no tools that do something. */
  speculative: z.boolean().default(false),
  /** Longest wait for the first words, and for all of a reply. */
  firstMs: ms(8_000),
  totalMs: ms(20_000),
})

const tts = z.strictObject({
  /** What AVR calls `TTS_URL`. */
  url: httpUrl('http://127.0.0.1:6011/text-to-speech-stream'),
  /** A name for the voice that the container has: phrases that are kept are made anew when it changes. */
  voice: z.string().max(100).default(''),
  firstMs: ms(8_000),
  nextMs: ms(5_000),
  totalMs: ms(60_000),
})

/** One container for each kind that is used. */
export const avrOptions = z.strictObject({
  stt: stt.optional(),
  ai: ai.optional(),
  tts: tts.optional(),
})

export type SttOptions = z.infer<typeof stt>
export type DialogueOptions = z.infer<typeof ai>
export type TtsOptions = z.infer<typeof tts>
