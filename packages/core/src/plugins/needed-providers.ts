import { ConfigError } from '../errors.ts'
import type { LoadedProviders } from './load-plugins.ts'

/** Those without which no visitor is served. Throws ConfigError. */
export function neededProviders({ tts, dialogue }: LoadedProviders) {
  if (tts === null) {
    throw new ConfigError(
      'tts: there must be a voice, or every call would be silent: set tts to "espeak" or another plugin',
    )
  }
  if (dialogue === null) {
    throw new ConfigError(
      'dialogue: there must be one, or no visitor is understood: set dialogue to "rules" or another plugin',
    )
  }
  return { tts, dialogue }
}
