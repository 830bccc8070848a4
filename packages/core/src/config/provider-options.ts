import { ConfigError } from '../errors.ts'
import type { Chosen } from './choose-providers.ts'
import type { Config } from './config.ts'

/** The options that the environment sets, by plugin and option. */
const variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azure: { key: 'AZURE_SPEECH_KEY', region: 'AZURE_SPEECH_REGION' },
  'ai-http': { url: 'AI_API_URL' },
  openai: { key: 'OPENAI_API_KEY' },
}

const openAiOrigin = 'https://api.openai.com'

type Section = Readonly<Record<string, unknown>>

/**
 * Many machines have OPENAI_API_KEY for other programs: it is for OpenAI's own server alone, and only where the
 * configuration gives no key.
 */
function takesKeyOfMachine({ key, baseURL }: Section): boolean {
  if (key !== undefined) return false
  if (baseURL === undefined) return true
  if (typeof baseURL !== 'string' || !URL.canParse(baseURL)) return false
  return new URL(baseURL).origin === openAiOrigin
}

/**
 * The options of the chosen plugins that the environment sets, over those of the configuration (OPENAI_API_KEY under
 * them). Texts are as written: the plugin checks them.
 */
export function providerOptions(
  o: { env: Readonly<Record<string, string | undefined>>; config: Config },
  chosen: Chosen,
): Record<string, unknown> {
  const used = new Set([...chosen.stt, ...chosen.tts, ...chosen.dialogue])
  const sections = Object.entries(variables).filter(([plugin]) => used.has(plugin))
  return Object.fromEntries(
    sections.map(([plugin, options]) => {
      const written = o.config.plugins?.[plugin] ?? {}
      if (typeof written !== 'object' || written === null || Array.isArray(written)) {
        throw new ConfigError(`plugins.${plugin}: must be an object: { … }`)
      }
      if (plugin === 'openai' && !takesKeyOfMachine(written as Section)) return [plugin, written]
      const given = Object.entries(options).flatMap(([option, name]) => {
        const value = (o.env[name] ?? '').trim()
        return value === '' ? [] : [[option, value] as const]
      })
      return [plugin, { ...written, ...Object.fromEntries(given) }]
    }),
  )
}
