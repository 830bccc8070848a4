import { definePlugin, isExtraHeader } from '@portaria/core/plugin'
import { z } from 'zod'
import { createAiHttpDialogue } from './ai-http-dialogue.ts'

const httpUrl = z
  .string()
  .trim()
  .refine((text) => /^https?:\/\//iu.test(text) && URL.canParse(text), {
    error: 'must be an address such as http://localhost:8000/messages',
  })
  .transform((text) => new URL(text))

const origins = z.array(httpUrl.transform((url) => url.origin)).max(100)

const options = z.strictObject({
  /** `AI_API_URL` sets it. Kept as written, trailing slash and all. */
  url: httpUrl.default(new URL('http://localhost:8000/messages')),
  /** Longest wait for one whole answer, in milliseconds; what the call does with it does not count. */
  timeoutMs: z.coerce.number().int().min(100).max(30_000).default(8_000),
  /** Secrets such as `Authorization`: sent to the origin of `url` and nowhere else. */
  headers: z
    .record(z.string(), z.string())
    .refine((headers) => Object.entries(headers).every((each) => isExtraHeader(...each)), {
      error: 'must be names and values of HTTP headers that are not the client’s own',
    })
    .default({}),
  /** Origins besides its own that a server may redirect to. */
  redirects: origins.default([]),
  /** Origins in a private network that a row or a redirect may name. */
  privateOrigins: origins.default([]),
})

/** The dialogue of the system before: one POST a turn to `AI_API_URL`. */
export default definePlugin({
  name: 'ai-http',
  options,
  dialogue: (given, { log, signal }) => createAiHttpDialogue({ ...given, log, signal }),
})
