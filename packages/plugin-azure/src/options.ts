import { z } from 'zod'

/** Hosts are reached by WebSocket: `wss://…`; `ws://…` for a container on the same machine. */
const host = z.url({
  protocol: /^wss?$/u,
  error: 'must be a host such as wss://speech.example.org or ws://127.0.0.1:5000',
})
/** Names such as `pt-BR-AntonioNeural`. */
export const voiceName = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){1,3}(?:-[A-Za-z0-9]+)?$/u
const locale = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})+$/u, 'must be one such as pt-BR')
const ms = (usual: number) => z.number().int().min(1).max(120_000).default(usual)

export const azureOptions = z
  .strictObject({
    /** The resource's key; AZURE_SPEECH_KEY sets it. Not needed with a host that asks for none. */
    key: z.string().min(1).optional(),
    /** The resource's region, such as brazilsouth; AZURE_SPEECH_REGION sets it. */
    region: z
      .string()
      .regex(/^[a-z0-9]+$/u, 'must be one such as brazilsouth: small letters and digits')
      .optional(),
    /** Containers and sovereign clouds, instead of a region: for both services, or for each. */
    host: host.optional(),
    sttHost: host.optional(),
    ttsHost: host.optional(),
    /** For calls in the language that it speaks; others get one of their own language. */
    voice: z
      .string()
      .regex(voiceName, 'must be one such as pt-BR-AntonioNeural')
      .default('pt-BR-AntonioNeural'),
    /** The locale that stands for a language of Portaria. */
    locales: z
      .strictObject({
        'pt-BR': locale.default('pt-BR'),
        en: locale.default('en-US'),
        es: locale.default('es-MX'),
      })
      .prefault({}),
    /** Silence after which the service takes a phrase for finished, in a turn. */
    segmentationSilenceMs: z.number().int().min(100).max(5_000).default(500),
    /** Connections for speech that are kept open, and the most there may be. */
    warmVoices: z.number().int().min(0).max(100).default(2),
    maxVoices: z.number().int().min(1).max(200).default(32),
    /** The SDK has no limits of its own. `finalMs`: from the end of a turn; `nextAudioMs`: between two chunks. */
    limits: z
      .strictObject({
        connectMs: ms(5_000),
        finalMs: ms(4_500),
        firstAudioMs: ms(5_000),
        nextAudioMs: ms(5_000),
        totalMs: ms(60_000),
      })
      .prefault({}),
  })
  .superRefine((given, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    const hosts =
      given.host !== undefined || (given.sttHost !== undefined && given.ttsHost !== undefined)
    if (hosts) return
    if (given.key === undefined) complain('key', 'is missing: set AZURE_SPEECH_KEY, or a host')
    if (given.region === undefined) {
      complain('region', 'is missing: set AZURE_SPEECH_REGION (such as brazilsouth), or a host')
    }
  })

export type AzureOptions = z.infer<typeof azureOptions>
