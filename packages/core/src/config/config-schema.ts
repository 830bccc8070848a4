import { isIP } from 'node:net'
import { z } from 'zod'
import { languages } from '../language.ts'
import { isCidr } from './cidr.ts'
import { describeRange, type Range, ranges } from './ranges.ts'

function text(description: string) {
  const error = 'must be a text that is not empty'
  return z.exactOptional(z.string({ error }).min(1, { error }).describe(description))
}

function number(range: Range, description: string) {
  const error = `must be ${describeRange(range)}`
  const bounded = z.number({ error }).min(range.min, { error }).max(range.max, { error })
  return z.exactOptional((range.whole ? bounded.int({ error }) : bounded).describe(description))
}

function section<Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) {
  const error = 'must be an object: { … }'
  return z.exactOptional(z.strictObject(shape, { error }).describe(description))
}

const language = z.exactOptional(
  z
    .enum(languages, { error: `must be one of ${languages.join(', ')}` })
    .describe('Language of the voice and of what is understood'),
)

const address = z
  .string({ error: 'must be an IP address, such as 127.0.0.1' })
  .refine((value) => isIP(value) !== 0, { error: 'must be an IP address, such as 127.0.0.1' })

const network = z
  .string({ error: 'must be an address or a network, such as 10.0.0.0/8' })
  .refine(isCidr, { error: 'must be an address or a network, such as 10.0.0.0/8' })

/** One plugin, or several that stand in for each other. */
function plugins(description: string, o: { none: boolean }) {
  const none = o.none ? '' : ': nobody would talk to the visitor otherwise'
  const error = `must be the name of a plugin, or a list of different names${none}`
  const name = z.string({ error }).min(1, { error })
  const named = name.refine((each) => each !== 'none', { error })
  const list = z
    .array(named, { error })
    .min(1, { error })
    .refine((names) => new Set(names).size === names.length, { error })
  const one = o.none ? name : named
  return z.exactOptional(z.union([one, list], { error }).describe(description))
}

const condominium = z.strictObject(
  {
    name: text('How the doorman names the condomínio'),
    language,
    voice: section(
      {
        name: text('Name of a voice of the TTS provider'),
        speed: number({ min: 0.25, max: 4, whole: false }, '1 is the usual speed'),
        style: text('A style that the voice knows'),
      },
      'The voice that visitors and residents hear',
    ),
    greeting: text('Replaces the first sentence of the greeting'),
    gateName: text('What the doorman calls the gate'),
  },
  { error: 'must be an object: { … }' },
)

/** The schema of `portaria.config.{ts,js,json}`; its output is a `Config`. */
export const configSchema = z
  .strictObject(
    {
      $schema: text('Where editors find this schema'),
      dataDir: text('Ramais, directory and caches. Default ./data'),
      logDir: text('Log files. Default ./logs'),
      api: section(
        {
          host: text('Where the HTTP API listens. Default 127.0.0.1; others need API_TOKEN'),
          port: number(ranges.apiPort, 'Default 8082; 0 is any free port'),
          tlsCert: text('PEM file of the certificate: the API speaks HTTPS'),
          tlsKey: text("PEM file of the certificate's key"),
        },
        'The HTTP API',
      ),
      audiosocket: section(
        { bind: z.exactOptional(address.describe('Listen here instead of at each ip_servidor')) },
        'Where Asterisk connects to',
      ),
      allow: z.exactOptional(
        z
          .array(network, { error: 'must be a list, such as ["127.0.0.1", "10.0.0.0/8"]' })
          .describe('Who may connect by AudioSocket. Absent: everybody who can reach the port'),
      ),
      ramais: text(
        'Where ramais come from: file (<dataDir>/ramais_config.json), embedded (a PostgreSQL of its own), postgres, or another plugin',
      ),
      ramalRemoval: z.exactOptional(
        z
          .enum(['drain', 'hangup'], { error: 'must be drain or hangup' })
          .describe('What happens to live calls of a ramal that is removed. Default drain'),
      ),
      autoRefreshSeconds: number(
        ranges.autoRefreshSeconds,
        'Time between full reads of the ramais. Absent: every 5 minutes only',
      ),
      stt: plugins(
        'Plugins that recognise speech, the first in use and the others for when it fails, or none. Default: azure where AZURE_SPEECH_KEY is set, else none',
        { none: true },
      ),
      tts: plugins(
        'Plugins that speak, in order: without one nothing is served. Default espeak, after azure where AZURE_SPEECH_KEY is set',
        { none: true },
      ),
      dialogue: plugins(
        'Plugins that talk to the visitor, in order. Default rules, after ai-http where AI_API_URL is set',
        { none: false },
      ),
      limits: section(
        {
          transcriptions: number(ranges.concurrency, 'Turns transcribed at a time. Default: all'),
          synthesis: number(ranges.concurrency, 'Sentences synthesised at a time. Default: all'),
        },
        'What the providers of speech may be asked at a time',
      ),
      directory: text('Plugin that knows units and residents. Default: apartamentos.json'),
      hints: z.exactOptional(
        z
          .boolean({ error: 'must be true or false' })
          .describe(
            "Whether the recogniser's vendor is told residents' names, blocks and units. Default true",
          ),
      ),
      dialer: text('Plugin that rings residents, or none. Default none'),
      plugins: z.exactOptional(
        z
          .record(z.string(), z.unknown(), { error: 'must be an object: { … }' })
          .describe("Options of plugins, by the plugin's name"),
      ),
      language,
      condominiums: z.exactOptional(
        z
          .record(z.string().regex(/^\d{1,10}$/), condominium, {
            error: 'must be an object: { … }',
          })
          .describe('Settings of condomínios, by condominio_id'),
      ),
      silenceMs: number(ranges.silenceMs, "Silence that ends a visitor's turn. Default 700"),
      call: section(
        {
          ringSeconds: number(
            ranges.ringSeconds,
            "How long one attempt waits for the resident's leg. Default 30",
          ),
          ringAttempts: number(ranges.ringAttempts, 'How often the resident is rung. Default 2'),
          maxSeconds: number(ranges.maxSeconds, 'Longest call. Default 600'),
          drainSeconds: number(ranges.drainSeconds, 'How long SIGTERM waits. Default 30'),
        },
        'Limits of a call',
      ),
    },
    { error: 'must be an object: { … }' },
  )
  .describe('Settings of Portaria')
