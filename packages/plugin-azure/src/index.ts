import { definePlugin } from '@portaria/core/plugin'
import { createAzureStt } from './azure-stt.ts'
import { createAzureVoice } from './azure-voice.ts'
import { azureOptions } from './options.ts'
import { version } from './version.ts'

/** Azure Speech: recognition as it is spoken, and neural voices. */
export default definePlugin({
  name: 'azure',
  version,
  options: azureOptions,
  stt: (options) => createAzureStt(options),
  tts: (options, { log, signal }) => createAzureVoice(options, { log, signal }),
})
