import { isExtraHeader } from '@portaria/core/plugin'
import { z } from 'zod'

const address = z
  .string()
  .trim()
  .refine(
    (text) => {
      if (!/^https?:\/\//iu.test(text) || !URL.canParse(text)) return false
      const { username, password, search, hash } = new URL(text)
      return username + password + search + hash === ''
    },
    {
      error:
        'must be an address such as http://127.0.0.1:11434/v1, without password (see headers) and query (see query)',
    },
  )
  .transform((text) => new URL(text))

const ms = (usual: number) => z.number().int().min(1).max(120_000).default(usual)
const text = z.string().min(1).max(4_000)

const server = {
  /** Of this server alone; without one, the shared key is used where the server is the shared one. */
  key: z.string().min(1).max(1_000).optional(),
  /** The part before `/chat/completions` and the like. */
  baseURL: address.optional(),
  /** Such as `api-key`: sent to this server alone. */
  headers: z
    .record(z.string(), z.string())
    .refine((headers) => Object.entries(headers).every((each) => isExtraHeader(...each)), {
      error: 'must be names and values of HTTP headers that are not the client’s own',
    })
    .optional(),
  /** Such as `api-version`. */
  query: z.record(z.string(), z.string()).optional(),
}

const kind = { ...server, model: text.optional() }
/** What the plugin itself says in a request. */
const ownFields = ['model', 'messages', 'stream', 'tools', 'tool_choice', 'response_format']

export const openAiOptions = z.strictObject({
  ...server,
  baseURL: address.default(new URL('https://api.openai.com/v1')),
  stt: z
    .strictObject({
      ...kind,
      /** The server sends words while it still recognises (`stream: true`): OpenAI's gpt-4o models do. */
      stream: z.boolean().default(false),
      /** Whisper's details give a confidence, and let what was imagined be left out. */
      details: z.boolean().default(false),
      /** Names and units of the condomínio are sent as the prompt. */
      hints: z.boolean().default(true),
      /** From the end of a turn to its transcript. */
      timeoutMs: ms(4_500),
    })
    .refine((given) => !given.stream || !given.details, {
      error: 'cannot have both stream and details: Whisper gives details, and does not stream',
    })
    .prefault({}),
  tts: z
    .strictObject({
      ...kind,
      voice: text.default('alloy'),
      /** Voices for single languages, in the place of `voice`. */
      voices: z.partialRecord(z.enum(['pt-BR', 'en', 'es']), text).default({}),
      format: z.enum(['pcm', 'wav']).default('pcm'),
      /** Of `pcm`, which does not say it itself, in Hz. */
      rate: z.number().int().min(8_000).max(48_000).default(24_000),
      /** How to speak, for models that take it. */
      instructions: text.optional(),
      firstAudioMs: ms(5_000),
      nextAudioMs: ms(5_000),
      totalMs: ms(60_000),
    })
    .prefault({}),
  ai: z
    .strictObject({
      ...kind,
      /** `json` for models that cannot call tools. */
      answers: z.enum(['tools', 'json']).default('tools'),
      /** A file of yours instead of ours; `{language}` in its name becomes pt-BR, en or es. */
      promptFile: text.optional(),
      /** More fields of the request, such as `temperature` or `max_completion_tokens`. */
      request: z
        .record(z.string(), z.unknown())
        .refine((fields) => ownFields.every((name) => !Object.hasOwn(fields, name)), {
          error: `must not have ${ownFields.join(', ')}`,
        })
        .default({}),
      /** Longest wait for one reply; what the call does with it does not count. */
      timeoutMs: ms(8_000),
    })
    .prefault({}),
})

export type OpenAiOptions = z.infer<typeof openAiOptions>
